#ifndef ICHOR_CLIBCRYPTO_SHIM_H
#define ICHOR_CLIBCRYPTO_SHIM_H

#include <openssl/evp.h>
#include <openssl/hmac.h>

#endif
