#include "token/session.h"

#include <stdlib.h>
#include <string.h>

struct mn_session *mn_session_new(CK_SESSION_HANDLE handle, bool read_write)
{
    struct mn_session *session = calloc(1, sizeof *session);
    if (session) {
        session->handle = handle;
        session->read_write = read_write;
    }
    return session;
}

void mn_session_die(struct mn_session *session)
{
    mn_operation_end(&session->sign);
    mn_operation_end(&session->verify);
    mn_operation_end(&session->digest);
    mn_operation_end(&session->decrypt);
    mn_operation_end(&session->encrypt);
    session->dead = true;
}

void mn_session_free(struct mn_session **session)
{
    if (!*session)
        return;
    mn_session_die(*session);
    free(*session);
    *session = NULL;
}

CK_RV mn_session_search(struct mn_session *session, struct mn_objects *objects, bool user,
                        const CK_ATTRIBUTE *template, CK_ULONG count)
{
    if (session->searching)
        return CKR_OPERATION_ACTIVE;
    CK_RV rv = mn_template_check(template, count);
    if (rv == CKR_OK)
        rv = mn_objects_search(objects, user, template, count, session->found, &session->found_len);
    session->searching = rv == CKR_OK;
    return rv;
}

CK_RV mn_session_found(struct mn_session *session, CK_OBJECT_HANDLE *out, CK_ULONG max,
                       CK_ULONG *count)
{
    if (!session->searching)
        return CKR_OPERATION_NOT_INITIALIZED;
    if (!count || (!out && max > 0))
        return CKR_ARGUMENTS_BAD;
    size_t give = max < session->found_len ? max : session->found_len;
    if (give > 0)
        memcpy(out, session->found, give * sizeof *out);
    session->found_len -= give;
    memmove(session->found, session->found + give, session->found_len * sizeof *session->found);
    *count = give;
    return CKR_OK;
}

CK_RV mn_session_search_end(struct mn_session *session)
{
    if (!session->searching)
        return CKR_OPERATION_NOT_INITIALIZED;
    session->searching = false;
    return CKR_OK;
}

bool mn_session_is_busy(const struct mn_session *session)
{
    return mn_operation_is_active(&session->sign) || mn_operation_is_active(&session->verify) ||
           mn_operation_is_active(&session->digest) || mn_operation_is_active(&session->decrypt) ||
           mn_operation_is_active(&session->encrypt);
}

void mn_session_cancel(struct mn_session *session, CK_FLAGS flags)
{
    if (flags & CKF_SIGN)
        mn_operation_end(&session->sign);
    if (flags & CKF_VERIFY)
        mn_operation_end(&session->verify);
    if (flags & CKF_DIGEST)
        mn_operation_end(&session->digest);
    if (flags & CKF_DECRYPT)
        mn_operation_end(&session->decrypt);
    if (flags & CKF_ENCRYPT)
        mn_operation_end(&session->encrypt);
    if (flags & CKF_FIND_OBJECTS)
        session->searching = false;
}

void mn_session_drop_private(struct mn_session *session, const struct mn_objects *objects)
{
    size_t kept = 0;
    for (size_t i = 0; i < session->found_len; i++)
        if (!mn_objects_is_private(objects, session->found[i]))
            session->found[kept++] = session->found[i];
    session->found_len = kept;
}
