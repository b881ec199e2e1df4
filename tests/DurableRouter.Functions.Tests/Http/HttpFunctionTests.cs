using DurableRouter.Functions.Durable;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Host;
using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Tests.Http;

/// <summary>The HTTP functions and the route table, one to one.</summary>
public sealed class HttpFunctionTests
{
    [Fact]
    public void Functions_AreTheRouteTable()
    {
        var declared = HttpFunction.All.Where(f => f.Trigger.Methods is not null)
            .Select(f => $"{f.Name}: {string.Join(' ', f.Trigger.Methods!).ToUpperInvariant()} {f.Template()}");
        var routes = Routes.All.Select(r => $"{Portal(r.Name)}: {string.Join(' ', r.Verbs)} {r.Template}");

        Assert.Equal(routes.Order(StringComparer.Ordinal), declared.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Functions_EachAnswersWithItsRoute()
    {
        foreach (var route in Routes.All)
        {
            Assert.Same(route, Answer(HttpFunction.All.Single(f => f.Name == Portal(route.Name))));
        }
    }

    [Fact]
    public void Functions_EverythingElse_IsAnsweredToo()
    {
        var other = Assert.Single(HttpFunction.All, f => f.Trigger.Methods is null);

        Assert.Equal("/{*path}", other.Template());
        Assert.Same(Routes.Unknown, Answer(other));
    }

    /// <summary>In the host's order no route may hide a later one that is meant for fewer paths.</summary>
    [Fact]
    public void Functions_EachIsReached_InTheOrderOfTheHost()
    {
        foreach (var function in HttpFunction.All)
        {
            var path = function.Template().Replace("{*path}", "nowhere", StringComparison.Ordinal).Replace("{", "", StringComparison.Ordinal)
                .Replace("}", "", StringComparison.Ordinal);
            foreach (var method in function.Trigger.Methods ?? ["get"])
            {
                Assert.Equal(function.Name, HttpFunction.InTheHostsOrder.First(f => Fits(f, method, path)).Name);
            }
        }
    }

    /// <summary>Callers are told apart by our keys; a level of the platform's would want a second one.</summary>
    [Fact]
    public void Functions_AskThePlatformForNoKey() => Assert.All(HttpFunction.All, f => Assert.Equal(AuthorizationLevel.Anonymous, f.Trigger.AuthLevel));

    static bool Fits(DeclaredFunction<HttpTriggerAttribute> function, string method, string path) =>
        function.Trigger.Methods?.Contains(method, StringComparer.OrdinalIgnoreCase) != false
        && new TemplateMatcher(TemplateParser.Parse(function.Template().TrimStart('/')), new RouteValueDictionary()).TryMatch(path, new RouteValueDictionary());

    static string Portal(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    static object Answer(DeclaredFunction<HttpTriggerAttribute> function)
    {
        var type = function.Method.DeclaringType!;
        object?[] parts = [.. type.GetConstructors().Single().GetParameters().Select(p => p.ParameterType == typeof(TaskHub) ? new TaskHub() : null)];
        var client = new ReplayingHub(new TaskHubStore(), new FunctionTable(), TimeProvider.System);
        object?[] arguments = [.. function.Method.GetParameters().Select(p =>
            p.ParameterType == typeof(HttpRequest) ? new DefaultHttpContext().Request
            : p.ParameterType == typeof(DurableTaskClient) ? (object)client : null)];
        return function.Method.Invoke(type.GetConstructors().Single().Invoke(parts), arguments)!;
    }
}
