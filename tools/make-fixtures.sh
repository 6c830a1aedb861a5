#!/bin/sh
# Makes the clips in fixtures/audio again. Needs espeak-ng and ffmpeg; fixtures/audio/README.md tells what is what.
set -eu
cd "$(dirname "$0")/../fixtures/audio"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

quiet='-hide_banner -loglevel error -nostdin -y'
# Without it every run writes other serial numbers.
exact='-fflags +bitexact -flags:a +bitexact'

# say VOICE SPEED NAME TEXT: 16 kHz mono wav with a third of a second of near-silence around the words
say() {
  espeak-ng -v "$1" -s "$2" -w "$work/raw.wav" "$4"
  ffmpeg $quiet -i "$work/raw.wav" \
    -af 'adelay=350,apad=pad_dur=0.35,aresample=16000' -ac 1 -c:a pcm_s16le $exact "$work/$3.wav"
}

# webm NAME: what a browser's recorder sends
webm() {
  ffmpeg $quiet -i "$work/$1.wav" -c:a libopus -b:a 24k $exact "$1.webm"
}

say en-us 140 iced-americano 'Can I get an iced americano, please?'
say en-us 140 no-sugar 'No sugar, please.'
say en-us 140 hot-latte 'A hot latte to go, please.'
say en-us 140 train-to-seoul 'What time is the train to Seoul?'
webm iced-americano
webm hot-latte
webm train-to-seoul
ffmpeg $quiet -i "$work/no-sugar.wav" -c:a libopus -b:a 24k $exact no-sugar.ogg

# The first sentence in every accepted container; the m4a as phones write it, with its index (moov) at the end.
first="$work/iced-americano.wav"
ffmpeg $quiet -i "$first" -c:a libvorbis -q:a 3 $exact iced-americano.ogg
ffmpeg $quiet -i "$first" -c:a libmp3lame -b:a 48k $exact iced-americano.mp3
ffmpeg $quiet -i "$first" -ar 44100 -c:a aac -b:a 48k $exact iced-americano.m4a
ffmpeg $quiet -i "$first" -c:a flac $exact iced-americano.flac
cp "$first" iced-americano.wav

# Bad input.
size=$(wc -c <iced-americano.webm)
head -c $((size / 2)) iced-americano.webm >truncated.webm
ffmpeg $quiet -f lavfi -i 'anullsrc=r=16000:cl=mono' -t 2 -c:a pcm_s16le $exact silence.wav
ffmpeg $quiet -ss 0.8 -i "$first" -t 0.2 -c:a pcm_s16le $exact 200-ms.wav
ffmpeg $quiet -f lavfi -i 'color=c=red:s=16x16' -frames:v 1 -f image2 -c:v png -fflags +bitexact -flags:v +bitexact "$work/red.png"
cp "$work/red.png" picture.wav
printf '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\niced-americano.mp3\n#EXT-X-ENDLIST\n' >playlist.webm
printf 'ffconcat version 1.0\nfile iced-americano.mp3\n' >concat.m4a
