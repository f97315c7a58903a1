#include "backend/token_ops.h"

void mn_view_release(struct mn_view *view)
{
    mn_bytes_free(&view->certificate);
    for (size_t i = 0; i < MN_CA_CERTIFICATES_MAX; i++)
        mn_bytes_free(&view->ca_certificates[i]);
    view->ca_len = 0;
}
