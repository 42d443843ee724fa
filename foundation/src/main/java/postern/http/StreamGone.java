package postern.http;

import java.io.IOException;

/** The reader of an event stream has gone, was too slow, or the stream was closed on our side. */
public final class StreamGone extends IOException {
    public StreamGone(String why) {
        super(why);
    }
}
