#include "CCharLS.h"

#include <charls/charls.h>

static int agrees(const charls_jpegls_decoder *decoder, const ccharls_frame *frame, size_t size) {
  charls_frame_info found = {0};
  int32_t near = 0;
  size_t needed = 0;
  return charls_jpegls_decoder_get_frame_info(decoder, &found) == CHARLS_JPEGLS_ERRC_SUCCESS &&
         charls_jpegls_decoder_get_near_lossless(decoder, 0, &near) == CHARLS_JPEGLS_ERRC_SUCCESS &&
         charls_jpegls_decoder_get_destination_size(decoder, 0, &needed) ==
             CHARLS_JPEGLS_ERRC_SUCCESS &&
         found.width == frame->columns && found.height == frame->rows &&
         found.bits_per_sample == frame->precision && found.component_count == 1 &&
         near == frame->near && needed == size;
}

ccharls_status ccharls_decode(
    const uint8_t *codestream, size_t length, const ccharls_frame *frame, uint8_t *samples,
    size_t size, const char **message) {
  *message = NULL;
  charls_jpegls_decoder *decoder = charls_jpegls_decoder_create();
  if (decoder == NULL) return CCHARLS_NO_MEMORY;
  charls_jpegls_errc error =
      charls_jpegls_decoder_set_source_buffer(decoder, codestream, length);
  if (error == CHARLS_JPEGLS_ERRC_SUCCESS) error = charls_jpegls_decoder_read_header(decoder);
  if (error == CHARLS_JPEGLS_ERRC_SUCCESS && !agrees(decoder, frame, size)) {
    charls_jpegls_decoder_destroy(decoder);
    return CCHARLS_MISMATCH;
  }
  if (error == CHARLS_JPEGLS_ERRC_SUCCESS) {
    error = charls_jpegls_decoder_decode_to_buffer(decoder, samples, size, 0);
  }
  charls_jpegls_decoder_destroy(decoder);
  if (error == CHARLS_JPEGLS_ERRC_SUCCESS) return CCHARLS_OK;
  if (error == CHARLS_JPEGLS_ERRC_NOT_ENOUGH_MEMORY) return CCHARLS_NO_MEMORY;
  *message = charls_get_error_message(error);
  return CCHARLS_MALFORMED;
}
