#include "cli/owner/pin_subject.h"

#include <string.h>

static const struct mn_pin_subject subjects[] = {
    {"auth", {MN_PIN_AUTH}, 1},     {"sign", {MN_PIN_SIGN}, 1},
    {"text", {MN_PIN_TEXT}, 1},     {"card", {MN_PIN_COMMON, MN_PIN_JUKI}, 2},
    {"common", {MN_PIN_COMMON}, 1}, {"juki", {MN_PIN_JUKI}, 1},
};

#define SUBJECTS (sizeof subjects / sizeof subjects[0])

const struct mn_pin_subject *mn_pin_subject_find(const char *word)
{
    for (size_t i = 0; i < SUBJECTS; i++)
        if (strcmp(subjects[i].word, word) == 0)
            return &subjects[i];
    return NULL;
}

const char *mn_pin_word(enum mn_pin id)
{
    for (size_t i = 0; i < SUBJECTS; i++)
        if (subjects[i].len == 1 && subjects[i].pins[0] == id)
            return subjects[i].word;
    return NULL;
}
