#!/bin/sh
# Makes the clips in fixtures/canary again, synthetic all of them. Needs espeak-ng and ffmpeg. Then record what the
# scorer says to them: node tools/record-canaries.ts
set -eu
cd "$(dirname "$0")/../fixtures/canary"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

quiet='-hide_banner -loglevel error -nostdin -y'
exact='-fflags +bitexact -flags:a +bitexact'

# say NAME TEXT OPTIONS…: an ogg of 24 kbit/s
say() {
  name=$1 text=$2
  shift 2
  espeak-ng "$@" -w "$work/raw.wav" "$text"
  ffmpeg $quiet -i "$work/raw.wav" -af 'adelay=300,apad=pad_dur=0.3' -ac 1 -ar 16000 -c:a libopus -b:a 24k $exact "$name.ogg"
}

# sound NAME GRAPH: what is no speech
sound() {
  ffmpeg $quiet -f lavfi -i "$2" -t 3 -ac 1 -ar 16000 -c:a libopus -b:a 24k $exact "$1.ogg"
}

say woman 'I would like to buy two tickets, please.' -v en-us+f3 -s 140
say man 'Where is the nearest subway station?' -v en-gb+m3 -s 140
say high 'My sister plays the piano every day.' -v en-us+f4 -p 85 -s 130
say slow 'How much is this blue jacket?' -v en-us -s 90
say fast 'How much is this blue jacket?' -v en-us -s 220
say korean '안녕하세요. 커피 한 잔 주세요.' -v ko -s 140
say german 'Wo ist die nächste Haltestelle?' -v de -s 140
sound silence 'anullsrc=r=16000:cl=mono'
sound noise 'anoisesrc=a=0.2:seed=7:r=16000:color=white'
sound hum 'anoisesrc=a=0.3:seed=9:r=16000:color=brown'
sound chord 'aevalsrc=0.2*sin(2*PI*262*t)+0.2*sin(2*PI*330*t)+0.2*sin(2*PI*392*t):s=16000'
sound melody 'aevalsrc=0.4*sin(2*PI*262*pow(1.0595\,floor(mod(t*4\,8))*2)*t):s=16000'
