"""Makes a collection of any size out of a few DICOM files: copies with identifiers of their own.

A copy has the same SOP Instance, study, series and patient identifiers except for four characters that
count the copies: no two files share an ID, each copy of a series is another series, and no length
changes. Pixel Data is written as it is, or with --edge in fewer pixels.
"""

import argparse
import io
import pathlib
import warnings

import pydicom

IDENTIFIERS = ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "PatientID")


def small(file, edge):
    """The file's bytes with every n-th pixel only, so that a large collection takes little room."""
    dataset = pydicom.dcmread(file, force=True)
    step = -(-dataset.Rows // edge)
    pixels = dataset.pixel_array[::step, ::step]
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.PixelData = pixels.tobytes()
    buffer = io.BytesIO()
    dataset.save_as(buffer)
    return buffer.getvalue()


def numbered(pixels, number):
    """Pixel Data whose first 16 samples of 16 bits show the bits of a number, as water and bone of an
    image with intercept -1024."""
    header = 12 if pixels[4:6] in (b"OW", b"OB") else 8
    drawn = b"".join(
        (1024 + 1000 * (number >> bit & 1)).to_bytes(2, "little") for bit in range(16))
    return pixels[:header] + drawn + pixels[header + len(drawn):]


def main():
    # RSNA's identifiers are not UIDs; pydicom says so for every file.
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=pathlib.Path, help="folder of DICOM files")
    parser.add_argument("target", type=pathlib.Path, help="folder to make")
    parser.add_argument("--count", type=int, required=True, help="files to write")
    parser.add_argument("--edge", type=int, help="make the slices smaller, to this at most")
    parser.add_argument("--distinct", action="store_true", help="no two copies show the same")
    options = parser.parse_args()
    files = sorted(p for p in options.source.rglob("*.dcm"))
    if not files:
        parser.error(f"{options.source} holds no .dcm file")
    options.target.mkdir(parents=True)
    contents = []
    for file in files:
        try:
            data = small(file, options.edge) if options.edge else file.read_bytes()
        except ValueError:
            continue  # too little Pixel Data
        header = pydicom.dcmread(file, force=True, stop_before_pixels=True)
        pixels = data.rindex(b"\xe0\x7f\x10\x00")
        names = {str(header[name].value).encode() for name in IDENTIFIERS}
        contents.append((file.stem, data[:pixels], data[pixels:], names))
    for number in range(options.count):
        stem, head, pixels, names = contents[number % len(contents)]
        mark = f"{number // len(contents):04d}".encode()
        for name in names:
            # At the beginning: identifiers of a collection differ in their last characters.
            prefix = 3 if name.startswith(b"ID_") else name.rindex(b".") + 1 if b"." in name else 0
            if len(name) - prefix < len(mark):
                raise SystemExit(f"{stem}: an identifier is too short to be counted up")
            head = head.replace(name, name[:prefix] + mark + name[prefix + len(mark):])
        folder = options.target / f"{number // len(contents):04d}"
        folder.mkdir(exist_ok=True)
        (folder / f"{stem}.dcm").write_bytes(
            head + (numbered(pixels, number // len(contents)) if options.distinct else pixels))


if __name__ == "__main__":
    main()
