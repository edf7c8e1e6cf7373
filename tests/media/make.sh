#!/bin/sh
# Makes every file in this directory again: short, small, each by someone else's encoder.
# Needs ffmpeg, lame, oggenc, opusenc, flac. Encoders differ between versions, so frozen
# numbers in the tests may have to follow. Run it from anywhere.
set -eu
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ---- what is encoded -------------------------------------------------------------------
# Two tones, a sweep and noise that come and go: VBR encoders vary, bit reservoirs fill.
music() { # SECONDS RATE CHANNELS FILE
    ffmpeg -v error -y -f lavfi -i "sine=440:d=$1:r=$2,tremolo=f=3:d=0.9" \
        -f lavfi -i "anoisesrc=d=$1:r=$2:c=pink:seed=7,tremolo=f=1.3:d=1.0" \
        -f lavfi -i "aevalsrc=0.4*sin(6000*t*t):d=$1:s=$2" \
        -filter_complex "amix=inputs=3,pan=stereo|c0=c0|c1=c0,adelay=0|7" \
        -ar "$2" -ac "$3" -bitexact "$4"
}
music 2 44100 2 "$work/44100.wav"
music 1.2 48000 2 "$work/48000.wav"
music 3 22050 1 "$work/22050.wav"
music 3 24000 2 "$work/24000.wav"
music 3 8000 1 "$work/8000.wav"

# ---- MPEG audio: lame and ffmpeg -------------------------------------------------------
mp3() { # FILE WAV OPTION...
    file=$1 wav=$2
    shift 2
    lame --quiet "$@" "$work/$wav" "$file"
}
mp3 cbr128.mp3 44100.wav --cbr -b 128 -t
mp3 vbr-info-id3.mp3 44100.wav -V 2 --id3v2-only --tt "Sweep" --ta "Nobody"
mp3 cbr320.mp3 48000.wav --cbr -b 320 -t
mp3 mpeg2-mono32.mp3 22050.wav -m m --cbr -b 32 -t
mp3 mpeg25-mono8.mp3 8000.wav -m m --cbr -b 8 -t
mp3 crc128-info-id3v1.mp3 44100.wav -p --cbr -b 128 --id3v1-only --tt "Sweep"
mp3 free-format.mp3 44100.wav --freeformat -b 148 -t
ffmpeg -v error -y -i "$work/48000.wav" -c:a mp2 -b:a 192k -f mp2 layer2.mp2
ffmpeg -v error -y -i "$work/24000.wav" -c:a mp2 -b:a 64k -f mp2 layer2-mpeg2.mp2

# ---- AAC in ADTS: ffmpeg ---------------------------------------------------------------
ffmpeg -v error -y -i "$work/44100.wav" -c:a aac -b:a 96k -f adts lc.aac
ffmpeg -v error -y -i "$work/22050.wav" -c:a aac -b:a 32k -write_mpeg2 1 -f adts mono-mpeg2.aac
ffmpeg -v error -y -i "$work/48000.wav" -c:a aac -b:a 96k -metadata title=Sweep \
    -write_id3v2 1 -f adts id3.aac

# ---- Ogg: oggenc, opusenc, flac, ffmpeg ------------------------------------------------
oggenc -Q -q -1 --serial 1 -a Ärtist -t Titel -o vorbis.ogg "$work/44100.wav"
oggenc -Q -q -1 --serial 2 --skeleton -o vorbis-skeleton.ogg "$work/22050.wav"
ffmpeg -v error -y -i "$work/44100.wav" -bitexact -c:a libvorbis -q:a -1 -page_duration 100000 \
    -f ogg vorbis-small-pages.ogg
opusenc --quiet --bitrate 32 --serial 3 --max-delay 100 --artist Ärtist --title Titel \
    "$work/48000.wav" opus.opus
ffmpeg -v error -y -i "$work/44100.wav" -bitexact -c:a libopus -b:a 32k -metadata title=Titel \
    -f ogg opus-long-pages.ogg
flac -s -f --ogg --serial-number=4 -8 -T ARTIST=Ärtist -T TITLE=Titel -o flac.oga "$work/8000.wav"
ffmpeg -v error -y -i "$work/8000.wav" -bitexact -c:a flac -metadata title=Titel -f ogg flac-ffmpeg.oga
ffmpeg -v error -y -i "$work/8000.wav" -ar 16000 -bitexact -c:a libspeex -metadata title=Titel \
    -f ogg speex.ogg
ffmpeg -v error -y -f lavfi -i testsrc=s=64x48:r=10:d=2 -i "$work/44100.wav" -bitexact \
    -c:v libtheora -g 5 -c:a libvorbis -ac 1 -q:a -1 -page_duration 100000 -f ogg theora.ogv

# ---- native FLAC: flac (which knows the file's length) and ffmpeg to a pipe (which cannot)
flac -s -f -8 -T ARTIST=Ärtist -T TITLE=Titel -o fixed.flac "$work/8000.wav"
ffmpeg -v error -i "$work/8000.wav" -bitexact -c:a flac -frame_size 1152 -metadata title=Titel \
    -f flac - | cat > live.flac

# ---- WebM and Matroska: ffmpeg, as a file and as a live stream --------------------------
webm() { # FILE WAV OPTION...
    file=$1 wav=$2
    shift 2
    ffmpeg -v error -i "$work/$wav" -bitexact "$@" - | cat > "$file"
}
webm opus-live.webm 48000.wav -c:a libopus -b:a 32k -cluster_time_limit 500 -live 1 -f webm
webm vorbis.webm 44100.wav -c:a libvorbis -q:a -1 -metadata title=Titel -cluster_time_limit 500 -f webm
ffmpeg -v error -y -i "$work/44100.wav" -bitexact -c:a libopus -b:a 32k -f webm opus-file.webm
webm aac.mka 44100.wav -c:a aac -b:a 48k -cluster_time_limit 500 -f matroska
ffmpeg -v error -f lavfi -i testsrc=s=64x48:r=10:d=2 -i "$work/44100.wav" -bitexact -c:v libvpx \
    -b:v 50k -g 4 -c:a libopus -b:a 24k -live 1 -f webm - | cat > video.webm

# ---- what a decoder must give back to the sample: tests/codecs/signals.py knows the sound ---
mkdir -p gapless
for rate in 48000 44100; do
    tones="0.4*sin(2*PI*(200*t+900*t*t))|0.3*sin(2*PI*700*t)"
    ffmpeg -v error -y -f lavfi -i "aevalsrc='$tones':s=$rate:c=stereo" -af atrim=end_sample=20011 \
        -bitexact "$work/tones$rate.wav"
    lame --quiet --cbr -b 128 "$work/tones$rate.wav" gapless/lame-$rate.mp3
    ffmpeg -v error -y -i "$work/tones$rate.wav" -bitexact -c:a aac -b:a 128k gapless/aac-$rate.m4a
    oggenc -Q -q 4 --serial 5 -o gapless/vorbis-$rate.ogg "$work/tones$rate.wav"
    opusenc --quiet --bitrate 128 --serial 6 "$work/tones$rate.wav" gapless/opus-$rate.opus
    flac -s -f -8 -o gapless/flac-$rate.flac "$work/tones$rate.wav"
done
