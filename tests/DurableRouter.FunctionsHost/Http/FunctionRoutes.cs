using System.Text.Json;
using DurableRouter.FunctionsHost.Worker;
using Microsoft.AspNetCore.Routing.Template;

namespace DurableRouter.FunctionsHost.Http;

/// <summary>Which function answers a request: functions sorted by name, and the first whose method and route fit, however specific the
/// others are (azure-functions-host, FunctionMetadataManager.cs and WebScriptHostHttpRoutesManager.cs).</summary>
sealed class FunctionRoutes(IEnumerable<FunctionDescription> functions, string prefix)
{
    public IReadOnlyList<FunctionRoute> InOrder { get; } =
    [
        .. functions.Where(function => function.TriggerType == "httpTrigger")
            .OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
            .Select(function => FunctionRoute.From(function, prefix)),
    ];

    public FunctionRoute? Find(HttpRequest request) => InOrder.FirstOrDefault(route => route.Fits(request));
}

sealed record FunctionRoute(string Function, string Template, IReadOnlyList<string> Methods, bool Anonymous)
{
    readonly TemplateMatcher _matcher = new(TemplateParser.Parse(Template), []);

    public static FunctionRoute From(FunctionDescription function, string prefix)
    {
        var trigger = function.Trigger;
        var route = trigger.TryGetProperty("route", out var given) ? given.GetString()! : function.Name;
        string[] methods = trigger.TryGetProperty("methods", out var listed) && listed.ValueKind == JsonValueKind.Array
            ? [.. listed.EnumerateArray().Select(method => method.GetString()!)]
            : [];
        var level = trigger.TryGetProperty("authLevel", out var said) ? said.GetString() : "Function";
        var anonymous = string.Equals(level, "Anonymous", StringComparison.OrdinalIgnoreCase);
        return new(function.Name, $"{prefix}/{route}".Trim('/'), methods, anonymous);
    }

    public bool Fits(HttpRequest request) =>
        (Methods.Count == 0 || Methods.Contains(request.Method, StringComparer.OrdinalIgnoreCase)) && _matcher.TryMatch(request.Path, []);
}
