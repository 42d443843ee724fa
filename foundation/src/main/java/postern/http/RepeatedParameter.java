package postern.http;

/** 400: a parameter that may be sent once was sent again. Source: OAuth 2.1 §3.1. */
public final class RepeatedParameter extends BadRequest {
    private static final long serialVersionUID = 1L;

    private final String parameter;

    /**
     * @param parameter one of our own names, never one from the request
     */
    public RepeatedParameter(String parameter) {
        super("a parameter was sent more than once", "repeated parameter " + parameter);
        this.parameter = parameter;
    }

    public String parameter() {
        return parameter;
    }
}
