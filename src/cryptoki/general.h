/* C_GetInfo of the interface of version 2.40, which must not claim to be another's. */
#ifndef MN_CRYPTOKI_GENERAL_H
#define MN_CRYPTOKI_GENERAL_H

#include "mynakey/cryptoki.h"

CK_RV mn_get_info_2_40(CK_INFO *info);

#endif
