/* A PKCS#12 file of the simulated card's authentication key and certificate. */
#ifndef MN_TESTS_UNIT_BACKEND_MADE_PFX_H
#define MN_TESTS_UNIT_BACKEND_MADE_PFX_H

#include "backend/soft_shelf.h"

#define MADE_PASSPHRASE "correct horse"

/* Writes it to path, with few iterations, so that it opens quickly. */
void made_pfx(const char *path);

/* The file that was made there as an entry of the shelf, with one CA certificate: labelled
 * "Software". To be released. */
struct mn_soft_entry made_entry(const char *path);

/* Makes another file, of a new key on P-256 and a certificate of its own; its entry, labelled
 * "On a curve", without a CA certificate. To be released. */
struct mn_soft_entry made_on_curve(const char *path);

#endif
