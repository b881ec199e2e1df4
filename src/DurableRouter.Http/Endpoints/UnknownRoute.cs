using DurableRouter.Http.Access;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace DurableRouter.Http.Endpoints;

/// <summary>Answers every request that no row of the route table takes: 405 for a known path, 404 for an unknown one.</summary>
public sealed class UnknownRoute : IResult
{
    readonly (ApiRoute Route, TemplateMatcher Path)[] _known;

    internal UnknownRoute(IEnumerable<ApiRoute> routes) =>
        _known = [.. routes.Select(route => (route, new TemplateMatcher(TemplateParser.Parse(route.Template.TrimStart('/')), [])))];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        Problem problem;
        try
        {
            ApiRoute.Guard(httpContext, ApiRole.None);
            var verbs = VerbsAt(httpContext.Request.Path, httpContext.Request.RouteValues);
            problem = verbs.Count == 0
                ? new Problem(HttpCodes.NotFound, "There is nothing at this path; /api/openapi.json lists what there is.")
                : NotAllowed(httpContext.Request.Method, string.Join(", ", verbs));
        }
        catch (RefusedException exception)
        {
            problem = Problem.From(exception);
        }

        await problem.ExecuteAsync(httpContext);
    }

    static Problem NotAllowed(string verb, string allow) => new(HttpCodes.MethodNotAllowed, $"{verb} is not defined here; use {allow}.") { Allow = allow };

    /// <param name="values">Gets the places of the path, as if its route had been taken.</param>
    IReadOnlyList<string> VerbsAt(PathString path, RouteValueDictionary values) =>
        [.. _known.Where(known => known.Path.TryMatch(path, values)).SelectMany(known => known.Route.Verbs).Distinct()];
}
