#!/bin/sh
# Makes every file in this directory again: one per tag format, each by someone else's program.
# Needs ffmpeg, lame, opusenc, oggenc, flac, metaflac. Run it from anywhere.
set -eu
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A second of nearly nothing, then noise: what a VBR encoder makes of it misleads who only
# looks at the first frames.
ffmpeg -v error -y -f lavfi -i "sine=300:d=2:r=44100,volume=0.001" \
    -f lavfi -i "anoisesrc=d=4:r=44100:c=white:seed=7" \
    -filter_complex "concat=n=2:v=0:a=1" -ac 1 -bitexact "$work/uneven.wav"
ffmpeg -v error -y -f lavfi -i "sine=440:d=1:r=44100" -ac 1 -bitexact "$work/tone.wav"
ffmpeg -v error -y -f lavfi -i "color=c=red:s=16x16" -frames:v 1 "$work/front.png"
ffmpeg -v error -y -f lavfi -i "color=c=blue:s=16x16" -frames:v 1 "$work/front.jpg"

lame --quiet -V 9 -t "$work/uneven.wav" uneven-vbr-no-xing.mp3
lame --quiet -V 9 -m m --id3v2-utf16 --tt "Þriðja ☀" --ta "Sigur Rós" --tl "Ágætis" \
    --ti "$work/front.jpg" --tv "TXXX=REPLAYGAIN_TRACK_GAIN=-6.20 dB" \
    "$work/tone.wav" id3v2.mp3
ffmpeg -v error -y -i "$work/uneven.wav" -c:a aac -b:a 24k -f adts uneven.aac
ffmpeg -v error -y -i "$work/tone.wav" -i "$work/front.jpg" -map 0 -map 1 -c:v copy \
    -disposition:v attached_pic -c:a aac -b:a 24k -bitexact -metadata title="Þriðja ☀" \
    -metadata artist="Sigur Rós" -metadata album="Ágætis" mp4.m4a
opusenc --quiet --bitrate 12 --title "Þriðja ☀" --artist "Sigur Rós" --album "Ágætis" \
    --comment R128_TRACK_GAIN=-512 --picture "3||||$work/front.png" "$work/tone.wav" opus.opus
oggenc --quiet -q 0 -t "Þriðja ☀" -a "Sigur Rós" -c ARTIST=Guest -l "Ágætis" \
    -c REPLAYGAIN_TRACK_GAIN=-6.20dB -o vorbis.ogg "$work/tone.wav"
flac --silent -f -8 -T "TITLE=Þriðja ☀" -T "ARTIST=Sigur Rós" -T "ALBUM=Ágætis" \
    -T "REPLAYGAIN_TRACK_GAIN=-6.20 dB" -T "REPLAYGAIN_TRACK_PEAK=0.98" \
    --picture "3||||$work/front.png" -o flac.flac "$work/tone.wav"
ffmpeg -v error -y -i "$work/tone.wav" -c:a wmav2 -b:a 32k -bitexact -metadata title="Þriðja ☀" \
    -metadata artist="Sigur Rós" -metadata album="Ágætis" asf.wma
ffmpeg -v error -y -i "$work/tone.wav" -c:a wavpack -bitexact -metadata title="Þriðja ☀" \
    -metadata artist="Sigur Rós" -metadata album="Ágætis" ape.wv
# Tags of 1999: ID3v1 names no charset, and is in whatever the Windows of the time was in.
field() { printf '%s' "$2" | iconv -t cp1251 | dd bs="$1" conv=sync status=none; }
lame --quiet -V 9 -m m --noreplaygain "$work/tone.wav" id3v1-cp1251.mp3
{ printf TAG; field 30 Привет; field 30 Кино; field 30 Ночь; field 35 2001; } >>id3v1-cp1251.mp3
