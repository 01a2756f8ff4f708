#include "COpenJPEG.h"

// Its folder carries the version, and distributions add no link without one.
#if __has_include(<openjpeg-2.5/openjpeg.h>)
#include <openjpeg-2.5/openjpeg.h>
#elif __has_include(<openjpeg-2.4/openjpeg.h>)
#include <openjpeg-2.4/openjpeg.h>
#else
#include <openjpeg.h>
#endif
#include <string.h>

// Since 2.5 a truncated codestream is an error; before, it was a warning.
#if OPJ_VERSION_MAJOR > 2 || OPJ_VERSION_MINOR >= 5
#define HAS_STRICT_MODE 1
#else
#define HAS_STRICT_MODE 0
#endif

typedef struct {
  const uint8_t *bytes;
  size_t length;
  size_t position;
} source;

typedef struct {
  char *text;
  size_t size;
  int failed;
} complaint;

static OPJ_SIZE_T take(void *buffer, OPJ_SIZE_T count, void *data) {
  source *from = data;
  const size_t left = from->length - from->position;
  if (left == 0) return (OPJ_SIZE_T)-1;
  if (count > left) count = left;
  memcpy(buffer, from->bytes + from->position, count);
  from->position += count;
  return count;
}

static OPJ_OFF_T skip(OPJ_OFF_T count, void *data) {
  source *from = data;
  const size_t left = from->length - from->position;
  if (count < 0 || left == 0) return -1;
  if ((uint64_t)count > left) count = (OPJ_OFF_T)left;
  from->position += (size_t)count;
  return count;
}

static OPJ_BOOL seek(OPJ_OFF_T position, void *data) {
  source *from = data;
  if (position < 0 || (uint64_t)position > from->length) return OPJ_FALSE;
  from->position = (size_t)position;
  return OPJ_TRUE;
}

// Keeps the first sentence, in printable ASCII.
static void complain(const char *text, void *data) {
  complaint *to = data;
  if (to->failed) return;
  to->failed = 1;
  size_t count = 0;
  for (; text[count] >= ' ' && text[count] <= '~' && count + 1 < to->size; count++) {
    to->text[count] = text[count];
  }
  if (to->size > 0) to->text[count] = 0;
}

static void ignore(const char *text, void *data) {
  (void)text;
  (void)data;
}

static opj_stream_t *open_stream(source *from) {
  const size_t chunk = from->length < 65536 ? from->length : 65536;
  opj_stream_t *stream = opj_stream_create(chunk, OPJ_TRUE);
  if (stream == NULL) return NULL;
  opj_stream_set_user_data(stream, from, NULL);
  opj_stream_set_user_data_length(stream, from->length);
  opj_stream_set_read_function(stream, take);
  opj_stream_set_skip_function(stream, skip);
  opj_stream_set_seek_function(stream, seek);
  return stream;
}

static opj_codec_t *open_codec(complaint *to) {
  opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
  if (codec == NULL) return NULL;
  opj_set_info_handler(codec, ignore, NULL);
  opj_set_warning_handler(codec, HAS_STRICT_MODE ? ignore : complain, to);
  opj_set_error_handler(codec, complain, to);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  OPJ_BOOL ready = opj_setup_decoder(codec, &parameters);
#if HAS_STRICT_MODE
  ready = ready && opj_decoder_set_strict_mode(codec, OPJ_TRUE);
#endif
  // No worker threads, whatever OPJ_NUM_THREADS says: the caller owns the thread budget.
  if (opj_has_thread_support()) ready = ready && opj_codec_set_threads(codec, 0);
  if (ready) return codec;
  opj_destroy_codec(codec);
  return NULL;
}

static int agrees(const opj_image_t *image, const copenjpeg_frame *frame) {
  if (image->numcomps != 1) return 0;
  const opj_image_comp_t *found = &image->comps[0];
  return found->w == frame->columns && found->h == frame->rows &&
         found->prec == frame->precision && found->sgnd == (OPJ_UINT32)(frame->is_signed != 0);
}

static void store(const OPJ_INT32 *values, size_t count, uint8_t *cells, size_t cell_bytes) {
  if (cell_bytes == 1) {
    for (size_t index = 0; index < count; index++) cells[index] = (uint8_t)values[index];
    return;
  }
  for (size_t index = 0; index < count; index++) {
    cells[2 * index] = (uint8_t)values[index];
    cells[2 * index + 1] = (uint8_t)((uint32_t)values[index] >> 8);
  }
}

copenjpeg_status copenjpeg_decode(
    const uint8_t *codestream, size_t length, const copenjpeg_frame *frame, uint8_t *cells,
    size_t cell_bytes, char *message, size_t message_size) {
  if (message_size > 0) message[0] = 0;
  source from = {codestream, length, 0};
  complaint to = {message, message_size, 0};
  opj_image_t *image = NULL;
  copenjpeg_status status = COPENJPEG_NO_MEMORY;
  opj_stream_t *stream = open_stream(&from);
  opj_codec_t *codec = open_codec(&to);
  if (stream != NULL && codec != NULL) {
    if (!opj_read_header(stream, codec, &image) || image == NULL) {
      status = COPENJPEG_MALFORMED;
    } else if (!agrees(image, frame)) {
      status = COPENJPEG_MISMATCH;
    } else if (
        !opj_decode(codec, stream, image) || !opj_end_decompress(codec, stream) || to.failed ||
        !agrees(image, frame) || image->comps[0].data == NULL) {
      status = COPENJPEG_MALFORMED;
    } else {
      store(image->comps[0].data, (size_t)frame->columns * frame->rows, cells, cell_bytes);
      status = COPENJPEG_OK;
    }
  }
  if (image != NULL) opj_image_destroy(image);
  if (codec != NULL) opj_destroy_codec(codec);
  if (stream != NULL) opj_stream_destroy(stream);
  return status;
}
