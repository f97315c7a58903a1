/* The objects of one token: which are there, who may see them, and their handles.
 *
 * Nothing is read from the token before somebody asks for what only the token can tell, and then
 * only that: each reading costs the owner of a card a moment. The slot's lock is held. */
#ifndef MN_TOKEN_OBJECTS_H
#define MN_TOKEN_OBJECTS_H

#include "backend/token_ops.h"
#include "token/attribute.h"
#include "token/handle.h"
#include "token/object.h"

/* No token shows more: one of each kind, but several CA certificates. */
#define MN_OBJECTS_MAX (MN_OBJECT_KINDS - 1 + MN_CA_CERTIFICATES_MAX)

struct mn_objects;

/* token and handles outlive it. Asks the token nothing. MN_E_MEMORY. */
mn_rc mn_objects_new(const struct mn_token *token, bool show_ca, struct mn_handle_source *handles,
                     struct mn_objects **out);
void mn_objects_free(struct mn_objects **objects);

/* The handles of the objects that match a checked template, into found; *len is how many. user
 * tells whether private objects may be seen. An object that cannot be read now is passed over,
 * unless there is no token any more. CKR_HOST_MEMORY, CKR_DEVICE_REMOVED and their like. */
CK_RV mn_objects_search(struct mn_objects *objects, bool user, const CK_ATTRIBUTE *template,
                        CK_ULONG count, CK_OBJECT_HANDLE found[MN_OBJECTS_MAX], size_t *len);

/* C_GetAttributeValue. CKR_OBJECT_HANDLE_INVALID, those of mn_attributes_copy_out, and what the
 * token says when it has to be read. */
CK_RV mn_objects_read(struct mn_objects *objects, bool user, CK_OBJECT_HANDLE handle,
                      CK_ATTRIBUTE *template, CK_ULONG count);

/* Is there an object of that handle that may be seen? CKR_OBJECT_HANDLE_INVALID. */
CK_RV mn_objects_check(const struct mn_objects *objects, bool user, CK_OBJECT_HANDLE handle);

/* The key of that handle, for a use that the attribute function (CKA_SIGN, ...) allows; *out is
 * valid until the next call for these objects. CKR_KEY_HANDLE_INVALID,
 * CKR_KEY_FUNCTION_NOT_PERMITTED, CKR_USER_NOT_LOGGED_IN. A token has but one type of key. */
CK_RV mn_objects_key(const struct mn_objects *objects, bool user, CK_OBJECT_HANDLE handle,
                     CK_ATTRIBUTE_TYPE function, const struct mn_attributes **out);

/* Is that the handle of a private object? False for one that is not known. */
bool mn_objects_is_private(const struct mn_objects *objects, CK_OBJECT_HANDLE handle);

/* The login is over: forgets what could be read only during it. After a real logout the handles of
 * private objects never mean anything again (3.0, 5.6.10); after a login that was lost without the
 * program's doing they are kept for the next one. */
void mn_objects_withdraw(struct mn_objects *objects, bool retire_handles);

#endif
