/* The subverbs of `mynakey authority`, a file each. As the verbs (cli/verb.h): argv[0] is the
 * subverb; libcrypto is open. */
#ifndef MN_CLI_AUTHORITY_H
#define MN_CLI_AUTHORITY_H

int mn_authority_approve(int argc, char **argv);
int mn_authority_backup(int argc, char **argv);
int mn_authority_init(int argc, char **argv);
int mn_authority_list(int argc, char **argv);
int mn_authority_log(int argc, char **argv);
int mn_authority_publish(int argc, char **argv);
int mn_authority_reissue(int argc, char **argv);
int mn_authority_renew(int argc, char **argv);
int mn_authority_review(int argc, char **argv);
int mn_authority_revoke(int argc, char **argv);

#endif
