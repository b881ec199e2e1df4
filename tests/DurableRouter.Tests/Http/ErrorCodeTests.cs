using System.Reflection;
using System.Text.RegularExpressions;
using DurableRouter.Core.Errors;
using DurableRouter.Http.Problems;

namespace DurableRouter.Tests.Http;

public sealed partial class ErrorCodeTests
{
    [Fact]
    public void Document_ListsEveryCodeOnceAndNoOther()
    {
        var document = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "errors.md"));
        var listed = document.Select(l => Row().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value).ToList();
        var declared = CodesOf(typeof(ErrorCodes)).Concat(CodesOf(typeof(FailureCodes))).Concat(CodesOf(typeof(HttpCodes)));
        Assert.Equal(declared.Order(), listed.Order());
        foreach (var row in document.Where(l => Row().IsMatch(l)))
        {
            Assert.All(row.Trim('|').Split('|'), cell => Assert.NotEqual("", cell.Trim()));
        }
    }

    [Fact]
    public void Document_GivesTheStatusesThatAreSent()
    {
        var document = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "errors.md"));
        foreach (var code in CodesOf(typeof(ErrorCodes)).Concat(CodesOf(typeof(HttpCodes))))
        {
            Assert.Contains(document, l => l.StartsWith($"| `{code}` | {ProblemStatus.Of(code)} |", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Status_EveryRefusalHasItsOwnPlaceInTheTable() =>
        Assert.Equal(CodesOf(typeof(ErrorCodes)).Concat(CodesOf(typeof(HttpCodes))).Order(), ProblemStatus.Codes.Order());

    static IEnumerable<string> CodesOf(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!);

    [GeneratedRegex(@"^\| `(\w+)` \|")]
    private static partial Regex Row();
}
