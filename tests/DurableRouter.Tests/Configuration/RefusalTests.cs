namespace DurableRouter.Tests.Configuration;

/// <summary>Every change of <c>refusals.txt</c>, made to the small configuration alone, gives exactly the problems that stand under it.</summary>
public sealed class RefusalTests
{
    static readonly IReadOnlyList<Refusal> Refusals = Read(Path.Combine(Repository.Root, "tests", "DurableRouter.Tests", "Configuration", "refusals.txt"));

    public static TheoryData<int, string> Cases()
    {
        var cases = new TheoryData<int, string>();
        for (var at = 0; at < Refusals.Count; at++)
        {
            cases.Add(at, Refusals[at].Problems[0]);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Load_OneFault_IsReportedWithFileAndLine(int at, string firstProblem)
    {
        var (file, old, changed, problems) = Refusals[at];
        var content = TemporaryConfig.Letters(file);
        Assert.Contains(old, content, StringComparison.Ordinal);
        var place = content.IndexOf(old, StringComparison.Ordinal);

        var result = TemporaryConfig.Load((file, string.Concat(content.AsSpan(0, place), changed, content.AsSpan(place + old.Length))));

        Assert.Equal(problems, result.Problems.Select(p => p.ToString()));
        Assert.Equal(firstProblem, result.Problems[0].ToString());
        Assert.Null(result.Config);
    }

    [Fact]
    public void Load_SmallConfigurationUnchanged_IsValid() => Assert.Empty(TemporaryConfig.Load().Problems);

    [Fact]
    public void Problems_OfAllCases_NeverShowAKey() =>
        Assert.DoesNotContain(Refusals.SelectMany(r => r.Problems), p => p.Contains("sk-live", StringComparison.Ordinal) || p.Contains("secret", StringComparison.Ordinal));

    static List<Refusal> Read(string path)
    {
        var refusals = new List<Refusal>();
        var (file, old, changed, problems) = ("", "", "", new List<string>());
        foreach (var line in File.ReadLines(path).Append(""))
        {
            switch (line)
            {
                case ['@', ' ', .. var name]:
                    file = name;
                    break;
                case ['-', .. var text]:
                    old += text + "\n";
                    break;
                case ['+', .. var text]:
                    changed += text + "\n";
                    break;
                case ['!', ' ', .. var problem]:
                    problems.Add(problem);
                    break;
                case "" when problems.Count > 0:
                    refusals.Add(new Refusal(file, old, changed, problems));
                    (old, changed, problems) = ("", "", []);
                    break;
            }
        }

        return refusals;
    }

    sealed record Refusal(string File, string Old, string Changed, IReadOnlyList<string> Problems);
}
