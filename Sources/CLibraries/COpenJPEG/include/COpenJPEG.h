#ifndef COPENJPEG_H
#define COPENJPEG_H

#include <stddef.h>
#include <stdint.h>

// The only door to OpenJPEG, the JPEG 2000 library. openjpeg.h stays in COpenJPEG.c.

typedef enum {
  COPENJPEG_OK = 0,
  COPENJPEG_MALFORMED = 1,  // OpenJPEG refused the codestream
  COPENJPEG_MISMATCH = 2,   // OpenJPEG and the caller read different headers
  COPENJPEG_NO_MEMORY = 3
} copenjpeg_status;

// What the caller has read from the codestream's SIZ segment.
typedef struct {
  uint32_t columns;
  uint32_t rows;
  uint32_t precision;  // bits, 1 to 16
  int is_signed;
} copenjpeg_frame;

// Decodes a codestream of one component (no JP2 boxes) in the calling thread into little-endian
// two's complement cells of `cell_bytes`, 1 or 2; `cells` has room for columns * rows of them.
// `message`, of `message_size` bytes, takes OpenJPEG's first complaint; empty where there is none.
copenjpeg_status copenjpeg_decode(
    const uint8_t *codestream, size_t length, const copenjpeg_frame *frame, uint8_t *cells,
    size_t cell_bytes, char *message, size_t message_size);

#endif
