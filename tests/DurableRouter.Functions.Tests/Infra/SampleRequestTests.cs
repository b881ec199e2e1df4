using System.Text.RegularExpressions;
using DurableRouter.Http.Endpoints;
using DurableRouter.Tests;

namespace DurableRouter.Functions.Tests.Infra;

/// <summary>The requests in <c>samples/azure</c> ask for routes that exist.</summary>
public partial class SampleRequestTests
{
    public static TheoryData<string, string> Requests
    {
        get
        {
            var requests = new TheoryData<string, string>();
            foreach (var line in Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples", "azure"), "*.http").SelectMany(File.ReadLines))
            {
                if (RequestLine().Match(line) is { Success: true } request)
                {
                    requests.Add(request.Groups["method"].Value, request.Groups["path"].Value);
                }
            }

            return requests;
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void Sample_Request_HasARoute(string method, string path) =>
        Assert.Contains(Routes.All, route => route.Verb == method && Regex.IsMatch(path, $"^{Parameter().Replace(route.Template, "[^/]+")}$"));

    [GeneratedRegex(@"^(?<method>[A-Z]+) \{\{host\}\}(?<path>[^?\s]+)", RegexOptions.CultureInvariant)]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"\{[^/}]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
