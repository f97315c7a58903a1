/* From our error vocabulary to Cryptoki's. */
#ifndef MN_TOKEN_RV_H
#define MN_TOKEN_RV_H

#include "base/rc.h"
#include "mynakey/cryptoki.h"

CK_RV mn_rv(mn_rc rc);

#endif
