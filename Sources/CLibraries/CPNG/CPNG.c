#include "CPNG.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>

typedef struct {
  const uint8_t *bytes;
  size_t length;
  size_t position;
} source;

static void fail(png_structp png, png_const_charp message) {
  (void)message;
  png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void take(png_structp png, png_bytep bytes, png_size_t count) {
  source *from = png_get_io_ptr(png);
  if (count > from->length - from->position) png_error(png, "the data ends too soon");
  memcpy(bytes, from->bytes + from->position, count);
  from->position += count;
}

static int is_little_endian(void) {
  const uint16_t one = 1;
  uint8_t first;
  memcpy(&first, &one, 1);
  return first == 1;
}

static cpng_status decode(
    const uint8_t *bytes, size_t length, uint32_t side_limit, uint8_t *pixels, size_t capacity,
    cpng_format *format) {
  source from = {bytes, length, 0};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail, ignore);
  if (png == NULL) return CPNG_NO_MEMORY;
  png_infop info = png_create_info_struct(png);
  if (info == NULL) {
    png_destroy_read_struct(&png, NULL, NULL);
    return CPNG_NO_MEMORY;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return CPNG_MALFORMED;
  }
  png_set_read_fn(png, &from, take);
  // The size is checked below, with its own status; libpng's limit must only not get in the way.
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_malloc_max(png, 1 << 20);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_read_info(png, info);

  format->width = png_get_image_width(png, info);
  format->height = png_get_image_height(png, info);
  format->channels = png_get_channels(png, info);
  format->bits = png_get_bit_depth(png, info);
  const int color = png_get_color_type(png, info);
  cpng_status status = CPNG_OK;
  if (format->width > side_limit || format->height > side_limit) {
    status = CPNG_TOO_LARGE;
  } else if (
      (color != PNG_COLOR_TYPE_GRAY && color != PNG_COLOR_TYPE_RGB) || format->bits < 8 ||
      png_get_interlace_type(png, info) != PNG_INTERLACE_NONE) {
    status = CPNG_UNSUPPORTED;
  } else if (pixels != NULL) {
    const size_t row = (size_t)format->width * format->channels * (format->bits / 8);
    if (capacity / row < format->height) {
      status = CPNG_BUFFER_SMALL;
    } else {
      if (format->bits == 16 && is_little_endian()) png_set_swap(png);
      for (uint32_t y = 0; y < format->height; y++) png_read_row(png, pixels + y * row, NULL);
      png_read_end(png, NULL);
    }
  }
  png_destroy_read_struct(&png, &info, NULL);
  return status;
}

cpng_status cpng_read_format(
    const uint8_t *png, size_t length, uint32_t side_limit, cpng_format *format) {
  return decode(png, length, side_limit, NULL, 0, format);
}

cpng_status cpng_decode(
    const uint8_t *png, size_t length, uint32_t side_limit, uint8_t *pixels, size_t capacity,
    cpng_format *format) {
  return decode(png, length, side_limit, pixels, capacity, format);
}
