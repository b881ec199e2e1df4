using DurableRouter.Http.Access;
using DurableRouter.Http.Approvals;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Http.Endpoints;

/// <summary>One row of the route table. It is its own answer: every host executes it with the request, so none can leave out the guard.</summary>
public sealed partial class ApiRoute : IResult
{
    readonly Func<HttpContext, Task<IResult>> _handler;

    internal ApiRoute(string verb, string template, ApiRole role, string name, Func<HttpContext, Task<IResult>> handler)
    {
        Verb = verb;
        Template = template;
        Role = role;
        Name = name;
        _handler = handler;
    }

    public string Verb { get; }

    /// <summary>What the route answers: GET answers HEAD too.</summary>
    public IReadOnlyList<string> Verbs => Verb == "GET" ? ["GET", "HEAD"] : [Verb];

    /// <summary>An absolute path with <c>{name}</c> places.</summary>
    public string Template { get; }

    /// <summary>What the caller's key needs.</summary>
    public ApiRole Role { get; }

    /// <summary>Whether the token of a one-time link does instead of a key.</summary>
    public bool TakesLinks { get; init; }

    /// <summary>Stable: the operation id of the description.</summary>
    public string Name { get; }

    /// <summary>Guards the request, handles it, and turns what is thrown into an error answer.</summary>
    async Task<IResult> InvokeAsync(HttpContext context)
    {
        try
        {
            if (TakesLinks && LinkCallers.Presented(context.Request) is { } token)
            {
                Ids.CheckPath(context);
                var caller = await LinkCallers.IdentifyAsync(context, token);
                BrowserGuard.Check(context, RouterApi.Of(context).Options);
                context.Features.Set(caller);
            }
            else
            {
                Guard(context, Role);
            }

            return await _handler(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return Gone.Instance;
        }
        catch (Exception exception)
        {
            return Answer(context, exception);
        }
    }

    /// <summary>Runs the request to its end.</summary>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var result = await InvokeAsync(httpContext);
        try
        {
            await result.ExecuteAsync(httpContext);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The caller left; there is nobody to tell.
        }
        catch (Exception exception) when (!httpContext.Response.HasStarted)
        {
            var problem = Answer(httpContext, exception);
            httpContext.Response.Clear();
            await problem.ExecuteAsync(httpContext);
        }
    }

    internal static void Guard(HttpContext context, ApiRole role)
    {
        Ids.CheckPath(context);
        if (role == ApiRole.None)
        {
            return;
        }

        var api = RouterApi.Of(context);
        var caller = api.Callers.Identify(context);
        if (!caller.Roles.Allow(role))
        {
            throw new RefusedException(HttpCodes.Forbidden, $"The key {caller.Subject} lacks the role {Describe(role)}. Nothing was kept.");
        }

        BrowserGuard.Check(context, api.Options);
        context.Features.Set(caller);
    }

    internal static Problem Answer(HttpContext context, Exception exception)
    {
        var problem = Problem.From(exception);
        if (ProblemStatus.Of(problem.Code) == 500)
        {
            LogFailure(RouterApi.Of(context).Logger, context.Request.Method, context.Request.Path, context.TraceIdentifier, exception);
        }

        return problem;
    }

    static string Describe(ApiRole role) => role.ToString().ToLowerInvariant();

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Verb} {Path} failed ({TraceId})")]
    static partial void LogFailure(ILogger logger, string verb, PathString path, string traceId, Exception exception);

    /// <summary>Nobody is there to read an answer.</summary>
    sealed class Gone : IResult
    {
        public static readonly Gone Instance = new();

        public Task ExecuteAsync(HttpContext httpContext) => Task.CompletedTask;
    }
}
