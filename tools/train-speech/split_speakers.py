"""Writes WORK_DIR/split.json: of each speaker the third and the fold that leave them out.

    split_speakers.py CORPUS_DIR WORK_DIR
"""
import json
import sys
from pathlib import Path

from corpus import read_recordings, split_speakers

if __name__ == "__main__":
    Path(sys.argv[2], "split.json").write_text(json.dumps(split_speakers(read_recordings(sys.argv[1]))))
