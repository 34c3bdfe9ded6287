"""Video of the demonstration city: an RTSP server, HTTP-FLV, HLS and an API like a platform's."""
