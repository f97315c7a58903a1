/* `mynakey soft import-cert`: the certificate that a CA sent, joined to its key. */
#ifndef MN_CLI_SOFT_IMPORT_H
#define MN_CLI_SOFT_IMPORT_H

/* argv[0] is "import-cert"; libcrypto is open. Returns an enum mn_exit. */
int mn_soft_import_cert(int argc, char **argv);

#endif
