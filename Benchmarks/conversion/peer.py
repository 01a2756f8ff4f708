"""Converts a folder of DICOM files with pydicom and OpenCV; prints one JSON object.

The usual chain: pixel_array, HU in 32-bit floats, window, cv2.INTER_AREA to every size, PNG by
cv2.imencode with its defaults. The pictures are counted and dropped: nothing is hashed, indexed or
written, which Ichor does. With --pictures they are written there instead, to be compared.
"""

import argparse
import json
import multiprocessing
import pathlib
import resource
import time
import warnings

import cv2
import numpy
import pydicom

WINDOWS = {"brain": (40, 80), "subdural": (80, 200), "soft": (40, 380), "bone": (600, 2800)}


def prepare():
    # One thread per process: the processes occupy the processors.
    cv2.setNumThreads(1)
    # RSNA's identifiers are not UIDs; pydicom says so for every file.
    warnings.simplefilter("ignore")


def convert(job):
    file, sizes, windows = job
    dataset = pydicom.dcmread(file, force=True)
    try:
        stored = dataset.pixel_array
    except ValueError:
        return None  # too little Pixel Data
    hu = stored.astype(numpy.float32) * numpy.float32(dataset.RescaleSlope) + numpy.float32(
        dataset.RescaleIntercept
    )
    levels = []
    for name in windows:
        center, width = WINDOWS[name]
        low, high = center - width / 2, center + width / 2
        levels.append((numpy.clip(hu, low, high) - low) * (255 / width))
    # imencode takes blue, green, red.
    image = levels[0] if len(levels) == 1 else cv2.merge(levels[::-1])
    pictures = []
    for size in sizes:
        small = cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA)
        # Half up, as grey levels are not negative.
        pictures.append(cv2.imencode(".png", (small + 0.5).astype(numpy.uint8))[1].tobytes())
    return str(dataset.SOPInstanceUID), pictures


def count(job):
    done = convert(job)
    return sum(len(picture) for picture in done[1]) if done else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dicom", type=pathlib.Path, required=True)
    parser.add_argument("--sizes", default="224,112")
    parser.add_argument("--windows", default="brain")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pictures", type=pathlib.Path)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    windows = options.windows.split(",")
    jobs = [(file, sizes, windows) for file in sorted(options.dicom.rglob("*.dcm"))]
    if options.pictures:
        prepare()
        options.pictures.mkdir(parents=True)
        for done in map(convert, jobs):
            for size, picture in zip(sizes, done[1] if done else []):
                (options.pictures / f"{done[0]}.{size}.png").write_bytes(picture)
        return
    rates = []
    with multiprocessing.Pool(options.processes, initializer=prepare) as pool:
        for number in range(options.rounds + 1):
            begun = time.perf_counter()
            lengths = pool.map(count, jobs, chunksize=8)
            seconds = time.perf_counter() - begun
            if number:
                rates.append(sum(length is not None for length in lengths) / seconds)
    rates.sort()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps({
        "images_per_second_best": rates[-1],
        "images_per_second_median": rates[len(rates) // 2],
        "peak_rss_mib": max(children, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024,
        "png_bytes": sum(length or 0 for length in lengths),
    }))


if __name__ == "__main__":
    main()
