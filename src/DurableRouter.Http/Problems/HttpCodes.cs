namespace DurableRouter.Http.Problems;

/// <summary>Stable codes that only the HTTP interface gives. A public interface: never renamed, each listed in docs/errors.md.</summary>
public static class HttpCodes
{
    public const string BodyTooLarge = "body_too_large";
    public const string EventReserved = "event_reserved";
    public const string Forbidden = "forbidden";
    public const string HostNotAllowed = "host_not_allowed";
    public const string IdInvalid = "id_invalid";
    public const string InternalError = "internal_error";
    public const string JsonInvalid = "json_invalid";
    public const string MediaTypeUnsupported = "media_type_unsupported";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string NotAcceptable = "not_acceptable";
    public const string NotFound = "not_found";
    public const string NotReady = "not_ready";
    public const string OriginNotAllowed = "origin_not_allowed";
    public const string ParameterInvalid = "parameter_invalid";
    public const string RequestInvalid = "request_invalid";
    public const string RequestIncomplete = "request_incomplete";
    public const string TooManyAttempts = "too_many_attempts";
    public const string Unauthenticated = "unauthenticated";
    public const string WebhookUnverified = "webhook_unverified";
}
