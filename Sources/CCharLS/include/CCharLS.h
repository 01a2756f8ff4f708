#ifndef CCHARLS_H
#define CCHARLS_H

#include <stddef.h>
#include <stdint.h>

// The only door to CharLS, the JPEG-LS library. No exception leaves it: its C interface turns all of
// them into codes. charls.h stays in CCharLS.c.

typedef enum {
  CCHARLS_OK = 0,
  CCHARLS_MALFORMED = 1,  // CharLS refused the codestream
  CCHARLS_MISMATCH = 2,   // CharLS reads another header than the caller did
  CCHARLS_NO_MEMORY = 3
} ccharls_status;

// What the caller has read from the codestream's frame and scan headers.
typedef struct {
  uint32_t columns;
  uint32_t rows;
  int32_t precision;  // bits, 2 to 16
  int32_t near;       // largest error, 0 for lossless
} ccharls_frame;

// Decodes an image of one component into `samples`, of one byte up to 8 bits of precision, else of
// two in host order, rows without gaps; `size` is exactly that of the image. `message` is CharLS's
// own sentence where the codestream is malformed, NULL otherwise; it is never to be freed.
ccharls_status ccharls_decode(
    const uint8_t *codestream, size_t length, const ccharls_frame *frame, uint8_t *samples,
    size_t size, const char **message);

#endif
