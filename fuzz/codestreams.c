// Prints Tests/DICOMSamples/SampleCodestreams.swift: small JPEG-LS and JPEG 2000 images of known values,
// written by the encoders of CharLS and OpenJPEG. Run by hand when an image is added:
//   clang fuzz/codestreams.c -lcharls -lopenjp2 -o codestreams && ./codestreams
#include <charls/charls.h>
#include <openjpeg-2.5/openjpeg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 6, COLUMNS = 8, COUNT = ROWS * COLUMNS };
static uint8_t bytes[1 << 16];
static size_t length;

static void check(int good, const char *what) {
  if (good) return;
  fprintf(stderr, "%s failed\n", what);
  exit(1);
}

static void print(const char *name, const char *values) {
  printf("  /// %s\n  package static let %s = bytes(\n    \"\"\"\n", values, name);
  for (size_t i = 0; i < length; i++) {
    printf("%s%02x%s", i % 44 == 0 ? "    " : "", bytes[i],
           i % 44 == 43 || i + 1 == length ? "\n" : "");
  }
  printf("    \"\"\")\n");
}

// Value `index` of the ramp, at `bits`.
static int ramp(int index, int bits) { return index * 1365 >> (16 - bits); }

static void jpegls(int bits, int near, int flat) {
  uint16_t wide[COUNT];
  uint8_t narrow[COUNT];
  for (int i = 0; i < COUNT; i++) {
    wide[i] = (uint16_t)(flat ? 700 : ramp(i, bits));
    narrow[i] = (uint8_t)wide[i];
  }
  charls_jpegls_encoder *encoder = charls_jpegls_encoder_create();
  charls_frame_info frame = {COLUMNS, ROWS, bits, 1};
  const void *from = bits > 8 ? (void *)wide : (void *)narrow;
  check(!charls_jpegls_encoder_set_frame_info(encoder, &frame) &&
            !charls_jpegls_encoder_set_near_lossless(encoder, near) &&
            !charls_jpegls_encoder_set_destination_buffer(encoder, bytes, sizeof bytes) &&
            !charls_jpegls_encoder_encode_from_buffer(
                encoder, from, (size_t)COUNT * (bits > 8 ? 2 : 1), 0) &&
            !charls_jpegls_encoder_get_bytes_written(encoder, &length),
        "JPEG-LS");
  charls_jpegls_encoder_destroy(encoder);
}

static OPJ_SIZE_T put(void *buffer, OPJ_SIZE_T count, void *data) {
  (void)data;
  memcpy(bytes + length, buffer, count);
  length += count;
  return count;
}
static OPJ_OFF_T skip(OPJ_OFF_T count, void *data) { (void)data; length += (size_t)count; return count; }
static OPJ_BOOL seek(OPJ_OFF_T place, void *data) { (void)data; length = (size_t)place; return OPJ_TRUE; }

typedef struct { int bits, sign, components, irreversible, tile, layers, precincts; } plan;

static void jpeg2000(plan how) {
  length = 0;
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.numresolution = 3;
  parameters.irreversible = how.irreversible;
  parameters.tcp_numlayers = how.layers;
  for (int i = 0; i < how.layers; i++) parameters.tcp_rates[i] = (float)(how.layers - 1 - i) * 4;
  parameters.cp_disto_alloc = 1;
  parameters.cblockw_init = parameters.cblockh_init = 4;
  if (how.tile) {
    parameters.tile_size_on = OPJ_TRUE;
    parameters.cp_tdx = parameters.cp_tdy = how.tile;
    parameters.tp_on = 1;
    parameters.tp_flag = 'R';
  }
  if (how.precincts) {
    parameters.csty = 1;
    parameters.res_spec = 1;
    parameters.prcw_init[0] = parameters.prch_init[0] = how.precincts;
  }
  opj_image_cmptparm_t component = {0};
  component.dx = component.dy = 1;
  component.w = COLUMNS;
  component.h = ROWS;
  component.prec = (OPJ_UINT32)how.bits;
  component.sgnd = (OPJ_UINT32)how.sign;
  opj_image_cmptparm_t components[3] = {component, component, component};
  opj_image_t *image = opj_image_create((OPJ_UINT32)how.components, components, OPJ_CLRSPC_GRAY);
  image->x1 = COLUMNS;
  image->y1 = ROWS;
  for (int c = 0; c < how.components; c++) {
    for (int i = 0; i < COUNT; i++) {
      image->comps[c].data[i] = ramp(i, how.bits) - (how.sign ? 1 << (how.bits - 1) : 0);
    }
  }
  opj_codec_t *codec = opj_create_compress(OPJ_CODEC_J2K);
  opj_stream_t *stream = opj_stream_create(sizeof bytes, OPJ_FALSE);
  opj_stream_set_write_function(stream, put);
  opj_stream_set_skip_function(stream, skip);
  opj_stream_set_seek_function(stream, seek);
  check(opj_setup_encoder(codec, &parameters, image) && opj_start_compress(codec, image, stream) &&
            opj_encode(codec, stream) && opj_end_compress(codec, stream),
        "JPEG 2000");
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
}

int main(void) {
  puts("/// Small images of 6 rows and 8 columns, written by CharLS 2.4 and OpenJPEG 2.5.\n///\n"
       "/// Printed by `fuzz/codestreams.c`; value `i` of a ramp of `b` bits is `i * 1365 >> (16 - b)`.\n"
       "package enum SampleCodestreams {");
  jpegls(16, 0, 0); print("jpegLS16", "JPEG-LS, lossless, ramp of 16 bits.");
  jpegls(12, 0, 0); print("jpegLS12", "JPEG-LS, lossless, ramp of 12 bits.");
  jpegls(8, 0, 0); print("jpegLS8", "JPEG-LS, lossless, ramp of 8 bits.");
  jpegls(12, 0, 1); print("jpegLSFlat", "JPEG-LS, lossless, 12 bits, 700 everywhere: run mode.");
  jpegls(8, 3, 0); print("jpegLSNear", "JPEG-LS, off by 3 at most, ramp of 8 bits.");
  jpeg2000((plan){16, 0, 1, 0, 0, 1, 0}); print("jpeg2000", "JPEG 2000, reversible, ramp of 16 bits.");
  jpeg2000((plan){16, 1, 1, 0, 0, 1, 0}); print("jpeg2000Signed", "The same, signed: ramp of 16 bits - 32768.");
  jpeg2000((plan){12, 0, 1, 0, 4, 2, 4}); print("jpeg2000Tiled", "JPEG 2000, ramp of 12 bits, tiles of 4 by 4 in parts, 2 layers, precincts.");
  jpeg2000((plan){8, 0, 1, 0, 0, 1, 0}); print("jpeg20008", "JPEG 2000, reversible, ramp of 8 bits.");
  jpeg2000((plan){12, 0, 1, 1, 0, 1, 0}); print("jpeg2000Irreversible", "JPEG 2000, irreversible wavelet, ramp of 12 bits.");
  jpeg2000((plan){8, 0, 3, 0, 0, 1, 0}); print("jpeg2000Colour", "JPEG 2000, three components.");
  puts("\n  private static func bytes(_ hex: String) -> [UInt8] {\n"
       "    let digits = hex.utf8.filter { $0 > 0x20 }.map { $0 > 0x39 ? $0 - 0x57 : $0 - 0x30 }\n"
       "    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }\n"
       "  }\n}");
  return 0;
}
