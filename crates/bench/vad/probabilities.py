"""What Silero and WebRTC say of each frame of the mixtures in a folder, for `vad_compare judge` (see there).

Needs numpy, onnxruntime, webrtcvad-wheels, and Silero's model: `pip download --no-deps silero-vad`, unpack
silero_vad/data/silero_vad.onnx.    python probabilities.py OUT silero_vad.onnx
"""

import pathlib
import sys
import time
import wave

import numpy
import onnxruntime
import webrtcvad

RATE = 16_000


def read(path):
    with wave.open(str(path)) as file:
        return numpy.frombuffer(file.readframes(file.getnframes()), numpy.int16)


def write(path, detector, frame, probabilities):
    pathlib.Path(f"{path}.{detector}").write_text(" ".join([str(frame), *(f"{p:.4f}" for p in probabilities)]))


def silero(session, sound):
    state, context = numpy.zeros((2, 1, 128), numpy.float32), numpy.zeros((1, 64), numpy.float32)
    for start in range(0, len(sound) - 511, 512):
        frame = numpy.concatenate([context, sound[None, start : start + 512].astype(numpy.float32) / 32768], 1)
        out, state = session.run(None, {"input": frame, "state": state, "sr": numpy.array(RATE)})
        context = frame[:, -64:]
        yield float(out[0, 0])


def webrtc(aggressiveness, sound):
    vad = webrtcvad.Vad(aggressiveness)
    for start in range(0, len(sound) - 319, 320):
        yield float(vad.is_speech(sound[start : start + 320].tobytes(), RATE))


def main(folder, model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options)
    spent, seconds = {"silero": 0.0, "webrtc": 0.0}, 0.0
    for path in sorted(pathlib.Path(folder).glob("*/*.wav")):
        sound = read(path)
        seconds += len(sound) / RATE
        since = time.process_time()
        write(path, "silero", 512, silero(session, sound))
        spent["silero"] += time.process_time() - since
        since = time.process_time()
        for aggressiveness in (1, 2, 3):
            write(path, f"webrtc{aggressiveness}", 320, webrtc(aggressiveness, sound))
        spent["webrtc"] += (time.process_time() - since) / 3
    for name, time_spent in spent.items():
        print(f"{name}: {1000 * time_spent / seconds:.2f} ms of CPU a second of sound")


if __name__ == "__main__":
    main(*sys.argv[1:])
