/* docs/datasheet.md as a program reads it: its tables.
 *
 * A table is found by the words in its header. What is not as expected fails the test. */
#ifndef MN_TESTS_DATASHEET_PAGE_H
#define MN_TESTS_DATASHEET_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "mynakey/cryptoki.h"

#define PAGE_COLUMNS 8
#define PAGE_ROWS    80

struct page_row {
    char *cell[PAGE_COLUMNS]; /* without blanks around; "" where empty */
};

struct page_table {
    struct page_row header;
    size_t columns;
    struct page_row row[PAGE_ROWS];
    size_t rows;
};

/* Reads the page, once for the process. */
void page_load(void);

/* The table whose header begins with these two words; the second may be NULL. */
const struct page_table *page_table(const char *first, const char *second);

/* A cell by the word over its column; the row whose first cell is that word. */
const char *page_cell(const struct page_table *table, const struct page_row *row,
                      const char *column);
const struct page_row *page_row(const struct page_table *table, const char *first);

/* The first or the second part of "A / B"; the whole where there is no second. */
#define PAGE_PART 256
void page_of_slot(const char *cell, bool second, char part[PAGE_PART]);

/* The cell's list, "A, B": calls each for every word of it. */
void page_each(const char *cell, void (*each)(const char *word, void *context), void *context);

/* The row of a function, in whichever of the tables of functions it is. */
const struct page_row *page_function(const char *name, const struct page_table **table);

/* How often the tables of functions have that name. */
size_t page_function_count(const char *name);

/* All functions that the tables have. */
void page_each_function(void (*each)(const char *name, void *context), void *context);

/* What "supported" says of a function, CKR_OK for yes. */
CK_RV page_answer(const char *function);

/* May the function answer that, as the page has it? */
bool page_allows(const char *function, CK_RV rv);

/* The value of a constant, and a constant's name ("?" when there is none) with that prefix. */
bool page_value(const char *name, CK_ULONG *value);
CK_ULONG page_number(const char *name);
const char *page_name(const char *prefix, CK_ULONG value);

/* All constants of the headers with that prefix, one after the other: start with 0, NULL at the
 * end. */
const char *page_next_name(const char *prefix, size_t *at, CK_ULONG *value);

/* A difference between page and module: is printed, and remembered. */
void differs(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Fails the test when there was a difference. */
void page_agrees(void);

#endif
