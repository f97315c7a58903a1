/* A registry in the scratch folder, and what is registered in it. */
#ifndef MN_TESTS_UNIT_MADE_REGISTRY_H
#define MN_TESTS_UNIT_MADE_REGISTRY_H

#include "authority/registered.h"

#define MADE_NOW   1795325400 /* 2026-11-22T05:30:00Z */
#define MADE_UNTIL 1858483800 /* two years later */

/* Opens libcrypto, makes a registry and opens it; and the other way round. To be a fixture. */
void made_registry_begin(void);
void made_registry_end(void);

struct mn_registry *made_registry(void);
const char *made_registry_path(void);

/* The tests' administrator. */
const struct mn_registry_writer *made_writer(void);

/* What is registered as the n-th: of a person of its own, if n differs. Static storage. */
struct mn_registration made_registration(unsigned n);

/* Adds it in a change of its own, and holds that it got that number. */
void made_add(unsigned n, int64_t number);

/* The one of that number as it is now, without the borrowed fields. */
struct mn_registered made_look(int64_t number);

/* Runs SQL past the program, as by mistake; false: the tables have refused it. */
bool made_slip(const char *sql);

/* Runs it as somebody who means it, and holds that it was done. */
void made_tamper(const char *sql);

#endif
