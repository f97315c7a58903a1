/* Secrets: a PIN in memory that is not swapped, not dumped, not inherited by a child.
 *
 * The size is fixed: no secret here is longer than a PIN or a short passphrase. */
#ifndef MN_BASE_SECRET_H
#define MN_BASE_SECRET_H

#include <stdbool.h>

#include "base/bytes.h"

#define MN_SECRET_MAX 256

/* Opaque: a page of its own. */
struct mn_secret;

/* A copy of s (at most MN_SECRET_MAX bytes) in *out, which the caller clears with mn_secret_free.
 * A refused mlock is no error (unprivileged limits may be small); the page is still kept out of
 * core files. MN_E_ARGUMENT, MN_E_MEMORY. */
mn_rc mn_secret_new(struct mn_span s, struct mn_secret **out);

/* The secret's bytes, valid until it is freed; an empty span for NULL. */
struct mn_span mn_secret_span(const struct mn_secret *secret);

/* Wipes, frees, and sets *secret to NULL. Harmless when it is NULL already. */
void mn_secret_free(struct mn_secret **secret);

/* Overwrites len bytes at ptr in a way the compiler does not remove. */
void mn_wipe(void *ptr, size_t len);

#endif
