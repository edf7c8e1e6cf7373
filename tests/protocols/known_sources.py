"""What is known of each recorded source that comes by HTTP."""

from __future__ import annotations

from dataclasses import dataclass, replace

from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.source_info import SourceInfo

GOOD, BAD = Credentials("source", "hackme"), Credentials("source", "wrong")
MP3, OGG = "audio/mpeg", "application/ogg"

BUTT = SourceInfo(
    name="st",
    description="d",
    genre="g",
    url="http://x/",
    public=False,
    bitrate="128",
    audio_info="ice-bitrate=128;ice-channels=2;ice-samplerate=44100",
    user_agent="butt 0.1.37",
)
BUTT_48 = replace(BUTT, audio_info="ice-bitrate=128;ice-channels=2;ice-samplerate=48000")
CURL = SourceInfo(user_agent="curl/7.88.1")
EZSTREAM = replace(
    BUTT,
    name="Ez Tést",
    audio_info="quality=4;bitrate=128;samplerate=44100;channels=2",
    user_agent="libshout/2.4.6",
)
FFMPEG_HTTP = SourceInfo(user_agent="Lavf/59.27.100")
FFMPEG = replace(FFMPEG_HTTP, public=False)
GST = SourceInfo(name="N", description="d", genre="g", public=False, user_agent="GStreamer 1.22.0")
GST_SOUP = SourceInfo(user_agent="GStreamer souphttpclientsink libsoup/3.2.3")
LIBSHOUT = SourceInfo(
    name="x-name",
    description="x-description",
    genre="x-genre",
    url="x-url",
    public=False,
    bitrate="128",
    audio_info="bitrate=128;samplerate=44100;channels=2",
    user_agent="libshout/2.4.6",
)
LIQUIDSOAP = SourceInfo(
    name="liq.mp3",
    public=True,
    bitrate="128",
    audio_info="channels=2;samplerate=44100;bitrate=128",
    user_agent="Liquidsoap/2.1.3 (Unix; OCaml 4.13.1)",
)
LIQUIDSOAP_OGG = replace(
    LIQUIDSOAP, name="liq.ogg", bitrate="", audio_info="channels=2;quality=0.3;samplerate=44100"
)
MIXXX = replace(BUTT, name="Mixxx Tést", audio_info="bitrate=128", user_agent="libshout/2.4.1")


@dataclass(frozen=True)
class Source:
    """What a source by HTTP asks for."""

    method: str
    mount: str
    info: SourceInfo
    content_type: str = MP3
    credentials: Credentials | None = GOOD
    expect: bool = False
    chunked: bool = False
    length: int | None = None
    pipelined: bool = False
    """It asks a second time, with credentials, without waiting for our 401."""


SOURCES = {
    "clients/butt-icecast-badpass.conn1": Source(
        "PUT", "/butt.mp3", BUTT, credentials=BAD, expect=True
    ),
    "clients/butt-icecast-mp3.conn1": Source("PUT", "/butt.mp3", BUTT, expect=True),
    "clients/butt-icecast-ogg.conn1": Source("PUT", "/butt.ogg", BUTT, "audio/ogg", expect=True),
    "clients/butt-icecast-opus.conn1": Source(
        "PUT", "/butt.opus", BUTT_48, "audio/ogg", expect=True
    ),
    "clients/curl-put-file.conn1": Source("PUT", "/curl.mp3", CURL, expect=True, length=481152),
    "clients/curl-put.conn1": Source("PUT", "/curl.mp3", CURL, expect=True, chunked=True),
    "clients/ezstream-mp3-tls-default.conn3": Source(
        "SOURCE", "/ez.mp3", EZSTREAM, credentials=None
    ),
    "clients/ezstream-mp3-tls-default.conn4": Source("SOURCE", "/ez.mp3", EZSTREAM),
    "clients/ezstream-ogg.conn1": Source("SOURCE", "/ez.ogg", EZSTREAM, OGG, credentials=None),
    "clients/ezstream-ogg.conn2": Source("SOURCE", "/ez.ogg", EZSTREAM, OGG),
    "clients/ffmpeg-http-put-chunked.conn1": Source("PUT", "/ff.mp3", FFMPEG_HTTP, chunked=True),
    "clients/ffmpeg-http-put-nochunk.conn1": Source("PUT", "/ff.mp3", FFMPEG_HTTP),
    "clients/ffmpeg-http-source.conn1": Source("SOURCE", "/ff.mp3", FFMPEG_HTTP),
    "clients/ffmpeg-icecast-ogg.conn1": Source("PUT", "/ff.ogg", FFMPEG, OGG, expect=True),
    "clients/ffmpeg-icecast-put-badpass.conn1": Source(
        "PUT", "/ff.mp3", FFMPEG, credentials=BAD, expect=True
    ),
    "clients/ffmpeg-icecast-put-eof.conn1": Source("PUT", "/ff.mp3", FFMPEG, expect=True),
    "clients/ffmpeg-icecast-put.conn1": Source(
        "PUT", "/ff.mp3", replace(FFMPEG, name="Tést"), expect=True
    ),
    "clients/ffmpeg-icecast-source-legacy.conn1": Source("SOURCE", "/ff.mp3", FFMPEG),
    "clients/ffmpeg-icecast-tls.conn1": Source("PUT", "/ff.mp3", FFMPEG, expect=True),
    "clients/gst-shout2send-mp3.conn3": Source("SOURCE", "/gst.mp3", GST, credentials=None),
    "clients/gst-shout2send-mp3.conn4": Source("SOURCE", "/gst.mp3", GST),
    "clients/gst-shout2send-ogg.conn3": Source(
        "SOURCE",
        "/gst.ogg",
        SourceInfo(public=False, user_agent=GST.user_agent),
        OGG,
        credentials=None,
    ),
    "clients/gst-shout2send-ogg.conn4": Source(
        "SOURCE", "/gst.ogg", SourceInfo(public=False, user_agent=GST.user_agent), OGG
    ),
    "clients/gst-souphttpclientsink.conn1": Source(
        "PUT", "/gsth.mp3", GST_SOUP, "", credentials=None, length=417
    ),
    "clients/gst-souphttpclientsink.conn2": Source(
        "PUT", "/gsth.mp3", GST_SOUP, "", credentials=None, length=418
    ),
    "clients/gst-souphttpclientsink.conn9": Source(
        "PUT", "/gsth.mp3", GST_SOUP, "", credentials=None, length=418
    ),
    "clients/libshout-badpass.conn1": Source("SOURCE", "/ls.mp3", LIBSHOUT, credentials=None),
    "clients/libshout-badpass.conn2": Source("SOURCE", "/ls.mp3", LIBSHOUT, credentials=BAD),
    "clients/libshout-mount-odd.conn1": Source(
        "SOURCE", "/my röck st.mp3", LIBSHOUT, credentials=None
    ),
    "clients/libshout-mount-odd.conn2": Source("SOURCE", "/my röck st.mp3", LIBSHOUT),
    "clients/libshout-tls-auto.conn4": Source("SOURCE", "/ls.mp3", LIBSHOUT),
    "clients/libshout-tls-rfc2818.conn1": Source("SOURCE", "/ls.mp3", LIBSHOUT, credentials=None),
    "clients/libshout-tls-rfc2818.conn2": Source("SOURCE", "/ls.mp3", LIBSHOUT),
    "clients/liquidsoap-badpass.conn1": Source("SOURCE", "/liq.mp3", LIQUIDSOAP, credentials=BAD),
    "clients/liquidsoap-chunked.conn1": Source("SOURCE", "/liq.mp3", LIQUIDSOAP, chunked=True),
    "clients/liquidsoap-ogg.conn1": Source("SOURCE", "/liq.ogg", LIQUIDSOAP_OGG, OGG),
    "clients/liquidsoap-post.conn1": Source("POST", "/liq.mp3", LIQUIDSOAP),
    "clients/liquidsoap-put-chunked.conn1": Source(
        "PUT", "/liq.mp3", LIQUIDSOAP, expect=True, chunked=True
    ),
    "clients/liquidsoap-put.conn1": Source("PUT", "/liq.mp3", LIQUIDSOAP, expect=True),
    "clients/liquidsoap-source.conn1": Source(
        "SOURCE",
        "/liq.mp3",
        replace(LIQUIDSOAP, name="Liq Tést", description="d", genre="g", url="http://x/"),
    ),
    "clients/mixxx-icecast2-mp3-long.conn1": Source(
        "SOURCE", "/mixxx.mp3", MIXXX, credentials=None, pipelined=True
    ),
    "clients/mixxx-icecast2-mp3-long.conn2": Source("SOURCE", "/mixxx.mp3", MIXXX),
    "clients/mixxx-icecast2-ogg.conn1": Source(
        "SOURCE", "/mixxx.ogg", MIXXX, OGG, credentials=None, pipelined=True
    ),
    "clients/mixxx-icecast2-ogg.conn2": Source("SOURCE", "/mixxx.ogg", MIXXX, OGG),
    "reconstructed/darkice-old-ice-password": Source(
        "SOURCE", "/live", replace(BUTT, name="n", audio_info="", user_agent="")
    ),
    "reconstructed/edcast-altacast-icecast2": Source(
        "SOURCE",
        "/live",
        replace(
            BUTT,
            name="My Name",
            audio_info="ice-samplerate=44100;ice-bitrate=128;ice-channels=2",
            user_agent="",
        ),
    ),
}
