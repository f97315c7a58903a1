#include "fault.h"

#include <stdlib.h>

#include "cardsim.h"

struct cardsim_waiting_fault {
    struct cardsim_waiting_fault *next;
    unsigned long commands; /* 1: the next command's */
    struct cardsim_fault fault;
};

static const struct {
    const char *name;
    enum cardsim_fault_kind kind;
    int base; /* of the argument: 0 takes none */
    bool must_have;
    unsigned max;
} kinds[] = {
    {"removed", CARDSIM_FAULT_REMOVED},
    {"removed-after", CARDSIM_FAULT_REMOVED_AFTER},
    {"reset", CARDSIM_FAULT_RESET},
    {"reset-after", CARDSIM_FAULT_RESET_AFTER},
    {"sw", CARDSIM_FAULT_STATUS, 16, true, 0xFFFF},
    {"garbage", CARDSIM_FAULT_GARBAGE, 10, false, 65538},
    {"truncated", CARDSIM_FAULT_TRUNCATED, 10, false, 65538},
    {"overlong", CARDSIM_FAULT_OVERLONG, 10, false, 65536},
    {"slow", CARDSIM_FAULT_SLOW, 10, false, 600000},
};

/* "KIND[:ARGUMENT]" */
static mn_rc read_kind(const char *text, struct cardsim_fault *out)
{
    size_t len = strcspn(text, ":");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strlen(kinds[i].name) != len || strncmp(kinds[i].name, text, len) != 0)
            continue;
        *out = (struct cardsim_fault){.kind = kinds[i].kind, .has_argument = text[len] == ':'};
        if (!out->has_argument)
            return kinds[i].must_have ? MN_E_ARGUMENT : MN_OK;
        if (kinds[i].base == 0)
            return MN_E_ARGUMENT;
        char *end = NULL;
        unsigned long value = strtoul(text + len + 1, &end, kinds[i].base);
        out->argument = (unsigned)value;
        bool good = end != text + len + 1 && *end == '\0' && value <= kinds[i].max;
        return good ? MN_OK : MN_E_ARGUMENT;
    }
    return MN_E_ARGUMENT;
}

mn_rc cardsim_faults_add(struct cardsim_faults *faults, const char *text)
{
    struct cardsim_fault fault;
    char *end = NULL;
    unsigned long commands = strtoul(text, &end, 10);
    if (commands == 0 || *end != ':' || read_kind(end + 1, &fault) != MN_OK)
        return MN_E_ARGUMENT;
    struct cardsim_waiting_fault *waiting = calloc(1, sizeof(*waiting));
    if (!waiting)
        return MN_E_MEMORY;
    waiting->commands = commands;
    waiting->fault = fault;
    waiting->next = faults->first;
    faults->first = waiting;
    return MN_OK;
}

struct cardsim_fault cardsim_faults_next(struct cardsim_faults *faults)
{
    struct cardsim_fault due = {CARDSIM_FAULT_NONE};
    struct cardsim_waiting_fault **link = &faults->first;
    while (*link) {
        struct cardsim_waiting_fault *waiting = *link;
        if (--waiting->commands > 0) {
            link = &waiting->next;
            continue;
        }
        due = waiting->fault;
        *link = waiting->next;
        free(waiting);
    }
    return due;
}

void cardsim_faults_free(struct cardsim_faults *faults)
{
    while (faults->first) {
        struct cardsim_waiting_fault *waiting = faults->first;
        faults->first = waiting->next;
        free(waiting);
    }
}

/* Bytes that look like nothing, and are the same each time. */
static void make_garbage(struct cardsim_answer *answer, size_t len)
{
    uint8_t byte = 0xA5;
    answer->len = 0;
    for (size_t i = 0; i < len; i++) {
        byte = (uint8_t)(byte * 73 + 41);
        cardsim_answer_put(answer, &byte, 1);
    }
}

static void make_overlong(struct cardsim_answer *answer, size_t extra)
{
    uint8_t status[2];
    memcpy(status, answer->bytes + answer->len - 2, sizeof(status));
    answer->len -= sizeof(status);
    for (size_t i = 0; i < extra; i++)
        cardsim_answer_put(answer, "\xEE", 1);
    cardsim_answer_put(answer, status, sizeof(status));
}

void cardsim_fault_spoil(const struct cardsim_fault *fault, struct cardsim_answer *answer)
{
    size_t argument = fault->argument;
    switch (fault->kind) {
    case CARDSIM_FAULT_GARBAGE:
        make_garbage(answer, fault->has_argument ? argument : answer->len);
        break;
    case CARDSIM_FAULT_TRUNCATED:
        if (!fault->has_argument)
            argument = 1;
        if (answer->len > argument)
            answer->len = argument;
        break;
    case CARDSIM_FAULT_OVERLONG:
        make_overlong(answer, fault->has_argument ? argument : 256);
        break;
    case CARDSIM_FAULT_NONE:
    case CARDSIM_FAULT_REMOVED:
    case CARDSIM_FAULT_REMOVED_AFTER:
    case CARDSIM_FAULT_RESET:
    case CARDSIM_FAULT_RESET_AFTER:
    case CARDSIM_FAULT_STATUS:
    case CARDSIM_FAULT_SLOW:
        break;
    }
}
