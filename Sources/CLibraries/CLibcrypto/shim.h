#ifndef ICHOR_CLIBCRYPTO_SHIM_H
#define ICHOR_CLIBCRYPTO_SHIM_H

#include <openssl/evp.h>

#endif
