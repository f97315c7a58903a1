/* What a software certificate's token is called where its owner has not said. */
#ifndef MN_CLI_TOKEN_LABEL_H
#define MN_CLI_TOKEN_LABEL_H

#include "base/bytes.h"

/* The common name in a DER certificate, else the file's name without folder and ending, whichever
 * first is plain ASCII, for labels are typed into pkcs11: URIs (RFC 7512) and shown by programs
 * that know nothing else; else "Software certificate". Into out, which has room bytes, cut to fit
 * with four left over: a number may follow. */
void mn_token_label(struct mn_span certificate, const char *path, char *out, size_t room);

/* The file's name without folder and ending, into out, which has room bytes; cut to fit. */
void mn_token_file_name(const char *path, char *out, size_t room);

#endif
