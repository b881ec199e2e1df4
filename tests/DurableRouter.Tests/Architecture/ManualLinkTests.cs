using System.Text.RegularExpressions;

namespace DurableRouter.Tests.Architecture;

/// <summary>Every link between the pages of the repository leads somewhere.</summary>
public sealed partial class ManualLinkTests
{
    public static TheoryData<string> Pages() =>
        [.. Directory.GetFiles(Repository.Root, "*.md")
            .Concat(new[] { "docs", "samples", "bench" }.Select(f => Path.Combine(Repository.Root, f)).Where(Directory.Exists)
                .SelectMany(f => Directory.GetFiles(f, "*.md", SearchOption.AllDirectories)))
            .Select(page => Path.GetRelativePath(Repository.Root, page)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_EveryLink_LeadsToAFileAndItsHeading(string page)
    {
        var path = Path.Combine(Repository.Root, page);
        foreach (Match link in Link().Matches(File.ReadAllText(path)))
        {
            var (target, heading) = (link.Groups["target"].Value, link.Groups["heading"].Value);
            if (target.Contains(':', StringComparison.Ordinal))
            {
                continue;
            }

            var file = target.Length == 0 ? path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, target));
            Assert.True(File.Exists(file) || Directory.Exists(file), $"{page} links to {target}, which doesn't exist");
            Assert.True(heading.Length == 0 || !file.EndsWith(".md", StringComparison.Ordinal) || Headings(file).Contains(heading),
                $"{page} links to #{heading} of {target}, which has no such heading");
        }
    }

    /// <summary>The anchors that a page's headings get on GitHub.</summary>
    static IEnumerable<string> Headings(string file) => File.ReadLines(file).Where(line => line.StartsWith('#'))
        .Select(line => NotInAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>[^)#\s]*)(#(?<heading>[^)\s]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N}_\- ]")]
    private static partial Regex NotInAnchors();
}
