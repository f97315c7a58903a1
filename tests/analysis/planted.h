/* A fault in a header, for the program that has to be told to look at headers. */
#ifndef PLANTED_H
#define PLANTED_H

static inline double half(int number)
{
    return number / 2;
}

#endif
