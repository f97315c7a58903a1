#include "page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

/* Programs without a runner of Check read the page too. */
#define MUST(condition, ...)                                                                       \
    do {                                                                                           \
        if (!(condition))                                                                          \
            give_up(__VA_ARGS__);                                                                  \
    } while (0)

#define TABLES 48

static const struct constant {
    const char *name;
    CK_ULONG value;
} constants[] = {
#include "names.inc"
};

#define CONSTANTS (sizeof constants / sizeof constants[0])

static struct page_table tables[TABLES];
static size_t tables_len;
static unsigned differences;

void differs(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("#   ");
    vprintf(format, args);
    printf("\n");
    fflush(stdout);
    va_end(args);
    differences++;
}

void page_agrees(void)
{
    unsigned found = differences;
    differences = 0;
    ck_assert_msg(found == 0, "the page and the module differ in %u points", found);
}

static void __attribute__((format(printf, 1, 2), noreturn)) give_up(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "the page: ");
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n");
    va_end(args);
    abort();
}

static char *trim(char *text)
{
    while (*text == ' ')
        text++;
    char *end = text + strlen(text);
    while (end > text && end[-1] == ' ')
        end--;
    *end = '\0';
    return text;
}

/* "| a | b |": cuts the line into cells; how many. */
static size_t split(char *line, struct page_row *row)
{
    size_t len = 0;
    for (char *at = line + 1, *end; (end = strchr(at, '|')); at = end + 1) {
        *end = '\0';
        MUST(len < PAGE_COLUMNS, "a row has too many cells");
        row->cell[len++] = trim(at);
    }
    return len;
}

static void add_row(struct page_table *table, char *line)
{
    MUST(table->rows < PAGE_ROWS, "a table has too many rows");
    struct page_row *row = &table->row[table->rows];
    size_t cells = split(line, row);
    MUST(cells == table->columns, "the row %s has %zu cells", row->cell[0], cells);
    table->rows++;
}

static char *read_page(void)
{
    FILE *file = fopen(DATASHEET, "r");
    char *text = NULL;
    size_t room = 0;
    MUST(file && getdelim(&text, &room, '\0', file) > 0, "it cannot be read");
    fclose(file);
    return text;
}

void page_load(void)
{
    struct page_table *table = NULL;
    char *header = NULL, *text = NULL;
    if (tables_len > 0)
        return;
    text = read_page(); /* stays: the cells are pieces of it */
    for (char *line; (line = strsep(&text, "\n"));) {
        if (*line != '|') {
            table = NULL;
            header = NULL;
        } else if (strncmp(line, "| ---", 5) == 0) {
            MUST(tables_len < TABLES, "it has too many tables");
            MUST(header, "a table has no header");
            table = &tables[tables_len++];
            table->columns = split(header, &table->header);
        } else if (table) {
            add_row(table, line);
        } else {
            header = line;
        }
    }
    MUST(tables_len > 0, "it has no table");
}

const struct page_table *page_table(const char *first, const char *second)
{
    for (size_t i = 0; i < tables_len; i++)
        if (strcmp(tables[i].header.cell[0], first) == 0 &&
            (!second || strcmp(tables[i].header.cell[1], second) == 0))
            return &tables[i];
    give_up("there is no table of %s", first);
}

const char *page_cell(const struct page_table *table, const struct page_row *row,
                      const char *column)
{
    for (size_t i = 0; i < table->columns; i++)
        if (strcmp(table->header.cell[i], column) == 0)
            return row->cell[i];
    give_up("the table of %s has no column %s", table->header.cell[0], column);
}

const struct page_row *page_row(const struct page_table *table, const char *first)
{
    for (size_t i = 0; i < table->rows; i++)
        if (strcmp(table->row[i].cell[0], first) == 0)
            return &table->row[i];
    give_up("the table of %s has no row %s", table->header.cell[0], first);
}

void page_of_slot(const char *cell, bool second, char part[PAGE_PART])
{
    const char *middle = strstr(cell, " / ");
    if (middle && second)
        cell = middle + 3;
    int len = middle && !second ? (int)(middle - cell) : (int)strlen(cell);
    snprintf(part, PAGE_PART, "%.*s", len, cell);
}

void page_each(const char *cell, void (*each)(const char *word, void *context), void *context)
{
    char copy[1024], *rest;
    MUST(strlen(cell) < sizeof copy, "a cell is too long");
    strcpy(copy, cell);
    for (char *word = strtok_r(copy, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
        each(trim(word), context);
}

struct search {
    const char *name;
    size_t found;
};

static void compare(const char *word, void *context)
{
    struct search *search = context;
    if (strcmp(word, search->name) == 0)
        search->found++;
}

static bool is_of_functions(const struct page_table *table)
{
    return strcmp(table->header.cell[0], "function") == 0;
}

size_t page_function_count(const char *name)
{
    struct search search = {.name = name};
    for (size_t i = 0; i < tables_len; i++)
        for (size_t j = 0; is_of_functions(&tables[i]) && j < tables[i].rows; j++)
            page_each(tables[i].row[j].cell[0], compare, &search);
    return search.found;
}

void page_each_function(void (*each)(const char *name, void *context), void *context)
{
    for (size_t i = 0; i < tables_len; i++)
        for (size_t j = 0; is_of_functions(&tables[i]) && j < tables[i].rows; j++)
            page_each(tables[i].row[j].cell[0], each, context);
}

const struct page_row *page_function(const char *name, const struct page_table **table)
{
    for (size_t i = 0; i < tables_len; i++) {
        for (size_t j = 0; is_of_functions(&tables[i]) && j < tables[i].rows; j++) {
            struct search search = {.name = name};
            page_each(tables[i].row[j].cell[0], compare, &search);
            *table = &tables[i];
            if (search.found)
                return &tables[i].row[j];
        }
    }
    give_up("it does not have the function %s", name);
}

bool page_value(const char *name, CK_ULONG *value)
{
    for (size_t i = 0; i < CONSTANTS; i++) {
        if (strcmp(constants[i].name, name) == 0) {
            *value = constants[i].value;
            return true;
        }
    }
    return false;
}

CK_ULONG page_number(const char *name)
{
    CK_ULONG value = 0;
    MUST(page_value(name, &value), "no header has %s", name);
    return value;
}

const char *page_next_name(const char *prefix, size_t *at, CK_ULONG *value)
{
    while (*at < CONSTANTS) {
        const struct constant *c = &constants[(*at)++];
        *value = c->value;
        if (strncmp(c->name, prefix, strlen(prefix)) == 0)
            return c->name;
    }
    return NULL;
}

const char *page_name(const char *prefix, CK_ULONG value)
{
    size_t at = 0;
    CK_ULONG each;
    const char *name;
    while ((name = page_next_name(prefix, &at, &each)))
        if (each == value)
            return name;
    return "?";
}

CK_RV page_answer(const char *function)
{
    const struct page_table *table;
    const struct page_row *row = page_function(function, &table);
    const char *supported = page_cell(table, row, "supported");
    return strcmp(supported, "yes") == 0 ? CKR_OK : page_number(supported);
}

struct codes {
    CK_RV wanted;
    bool found;
};

static void look_for_code(const char *word, void *context)
{
    struct codes *codes = context;
    if (codes->wanted == page_number(word))
        codes->found = true;
}

static void look_in_group(const char *word, void *context)
{
    const struct page_table *groups = page_table("group", "codes");
    page_each(page_cell(groups, page_row(groups, word), "codes"), look_for_code, context);
}

static bool needs_no_initialisation(const char *function)
{
    static const char *const names[] = {"C_Initialize", "C_GetFunctionList", "C_GetInterfaceList",
                                        "C_GetInterface"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(function, names[i]) == 0)
            return true;
    return false;
}

bool page_allows(const char *function, CK_RV rv)
{
    const struct page_table *table;
    const struct page_row *row = page_function(function, &table);
    struct codes codes = {.wanted = rv};
    const char *others = page_cell(table, row, "other codes");
    if (rv == CKR_CRYPTOKI_NOT_INITIALIZED)
        return !needs_no_initialisation(function);
    if (rv == page_answer(function))
        return true;
    page_each(page_cell(table, row, "groups"), look_in_group, &codes);
    if (strncmp(others, "as ", 3) == 0)
        return codes.found || page_allows(others + 3, rv);
    page_each(others, look_for_code, &codes);
    return codes.found;
}
