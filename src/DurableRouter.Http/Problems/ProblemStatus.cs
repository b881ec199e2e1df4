using System.Collections.Frozen;
using DurableRouter.Core.Errors;

namespace DurableRouter.Http.Problems;

/// <summary>The one place that gives a code its HTTP status.</summary>
public static class ProblemStatus
{
    static readonly FrozenDictionary<string, int> Statuses = new Dictionary<string, int>
    {
        [ErrorCodes.ActivityFailed] = 500,
        [ErrorCodes.ApprovalNotFound] = 404,
        [ErrorCodes.ApprovalDecided] = 409,
        [ErrorCodes.ApprovalExpired] = 410,
        [ErrorCodes.ApprovalForbidden] = 403,
        [ErrorCodes.ConfigInvalid] = 500,
        [ErrorCodes.ContentMissing] = 410,
        [ErrorCodes.DataFolderLocked] = 503,
        [ErrorCodes.DatabaseCorrupt] = 503,
        [ErrorCodes.DatabaseNewer] = 503,
        [ErrorCodes.DefinitionMissing] = 500,
        [ErrorCodes.HostStopping] = 503,
        [ErrorCodes.IdempotencyMismatch] = 422,
        [ErrorCodes.InputInvalid] = 422,
        [ErrorCodes.KeyMissing] = 500,
        [ErrorCodes.NonDeterminism] = 409,
        [ErrorCodes.PipelineNotFound] = 404,
        [ErrorCodes.Quarantined] = 409,
        [ErrorCodes.RunFinished] = 410,
        [ErrorCodes.RunIdTaken] = 409,
        [ErrorCodes.RunLive] = 409,
        [ErrorCodes.RunNotFound] = 404,
        [ErrorCodes.RunTerminated] = 409,
        [ErrorCodes.StorageBusy] = 503,
        [ErrorCodes.StorageFailed] = 503,
        [ErrorCodes.StorageFull] = 507,
        [ErrorCodes.TooManyRuns] = 429,
        [ErrorCodes.WorkflowFailed] = 500,
        [ErrorCodes.WorkflowUnknown] = 500,
        [HttpCodes.BodyTooLarge] = 413,
        [HttpCodes.EventReserved] = 400,
        [HttpCodes.Forbidden] = 403,
        [HttpCodes.HostNotAllowed] = 403,
        [HttpCodes.IdInvalid] = 400,
        [HttpCodes.InternalError] = 500,
        [HttpCodes.JsonInvalid] = 400,
        [HttpCodes.MediaTypeUnsupported] = 415,
        [HttpCodes.MethodNotAllowed] = 405,
        [HttpCodes.NotAcceptable] = 406,
        [HttpCodes.NotFound] = 404,
        [HttpCodes.NotReady] = 503,
        [HttpCodes.OriginNotAllowed] = 403,
        [HttpCodes.ParameterInvalid] = 400,
        [HttpCodes.RequestInvalid] = 400,
        [HttpCodes.RequestIncomplete] = 408,
        [HttpCodes.TooManyAttempts] = 429,
        [HttpCodes.Unauthenticated] = 401,
        [HttpCodes.WebhookUnverified] = 401,
    }.ToFrozenDictionary();

    public static IEnumerable<string> Codes => Statuses.Keys;

    /// <summary>500 for a code that has no place in the table.</summary>
    public static int Of(string code) => Statuses.GetValueOrDefault(code, 500);

    public static string TitleOf(int status) => status switch
    {
        400 => "The request is not valid",
        401 => "A key is needed",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        406 => "No acceptable form",
        408 => "The request did not arrive",
        409 => "In conflict with the present state",
        410 => "No longer possible",
        413 => "The body is too large",
        415 => "The media type is not supported",
        422 => "The request cannot be carried out as it stands",
        429 => "Too many requests",
        503 => "Not available now",
        507 => "Out of storage",
        _ => "Internal error",
    };
}
