/* Faults that the tests of this folder have to find: one for each program. No part of any build. */
#include <stddef.h>
#include <string.h>

#include <planted.h>

size_t size_of_a_pointer(const char *text);
size_t size_of_a_pointer(const char *text)
{
    return sizeof(text) / sizeof(text[0]);
}

int read_through_nothing(const int *from);
int read_through_nothing(const int *from)
{
    if (from)
        return 1;
    return *from;
}

int read_what_was_never_set(int yes);
int read_what_was_never_set(int yes)
{
    int value;

    if (yes)
        value = 1;
    return value;
}
