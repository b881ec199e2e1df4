using System.Text.Json;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Problems;

namespace DurableRouter.Http.Runs;

/// <summary>The body of a start, read strictly: unknown members and wrong types are refused with their place.</summary>
/// <param name="Pipeline">Null when the body names none.</param>
/// <param name="BudgetUsd">US dollars; it can only lower the configured budget.</param>
/// <param name="CallbackUrl">Told when the run has ended; null: nobody.</param>
/// <param name="Route">A task family whose routes are to be used; null: the pipeline's.</param>
public sealed record StartRequest(string? Pipeline, JsonElement Input, IReadOnlyDictionary<string, string> Tags, decimal? BudgetUsd, string? Route,
    Uri? CallbackUrl = null)
{
    const int MaxCallback = 2048;
    const int MaxTags = 16;
    const int MaxTagLength = 128;
    const decimal MaxBudgetUsd = 1_000_000m;

    static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>();

    /// <param name="mayNamePipeline">False when the path names the pipeline.</param>
    /// <exception cref="RefusedException">Code request_invalid.</exception>
    public static StartRequest Read(JsonElement body, bool mayNamePipeline)
    {
        var faults = new MemberFaults();
        string? pipeline = null, route = null;
        Uri? callback = null;
        JsonElement? input = null;
        decimal? budget = null;
        var tags = NoTags;
        foreach (var member in faults.Members(body, ""))
        {
            switch (member.Name)
            {
                case "input":
                    input = member.Value;
                    break;
                case "tags":
                    tags = ReadTags(member.Value, faults);
                    break;
                case "options":
                    (budget, route) = ReadOptions(member.Value, faults);
                    break;
                case "pipeline" when mayNamePipeline:
                    pipeline = faults.Text(member.Value, "/pipeline", 63);
                    break;
                case "callbackUrl":
                    callback = ReadCallback(member.Value, faults);
                    break;
                default:
                    faults.Unknown("", member.Name);
                    break;
            }
        }

        if (input is null && !faults.Any)
        {
            faults.Add("/input", "is required");
        }

        faults.ThrowIfAny();
        return new StartRequest(pipeline, input!.Value, tags, budget, route, callback);
    }

    static Uri? ReadCallback(JsonElement value, MemberFaults faults)
    {
        var url = faults.Text(value, "/callbackUrl", MaxCallback) is { } text && Uri.TryCreate(text, UriKind.Absolute, out var given) ? given : null;
        if (url is null)
        {
            faults.Add("/callbackUrl", "must be an absolute https:// address");
        }

        return url;
    }

    static IReadOnlyDictionary<string, string> ReadTags(JsonElement value, MemberFaults faults)
    {
        var tags = new Dictionary<string, string>();
        foreach (var tag in faults.Members(value, "/tags"))
        {
            var pointer = MemberFaults.Pointer("/tags", tag.Name);
            if (tag.Name.Length is 0 or > MaxTagLength || tag.Name.Contains(':'))
            {
                faults.Add(pointer, $"a tag's name has 1 to {MaxTagLength} characters and no ':'");
            }

            if (faults.Text(tag.Value, pointer, MaxTagLength) is { } text)
            {
                tags[tag.Name] = text;
            }
        }

        if (tags.Count > MaxTags)
        {
            faults.Add("/tags", $"at most {MaxTags} tags");
        }

        return tags;
    }

    static (decimal? BudgetUsd, string? Route) ReadOptions(JsonElement value, MemberFaults faults)
    {
        decimal? budget = null;
        string? route = null;
        foreach (var option in faults.Members(value, "/options"))
        {
            switch (option.Name)
            {
                case "budgetUsd":
                    if (option.Value.ValueKind == JsonValueKind.Number && option.Value.TryGetDecimal(out var usd) && usd is > 0 and <= MaxBudgetUsd)
                    {
                        budget = usd;
                    }
                    else
                    {
                        faults.Add("/options/budgetUsd", $"must be a number above 0 and at most {MaxBudgetUsd}, in US dollars");
                    }

                    break;
                case "route":
                    route = faults.Text(option.Value, "/options/route", 63);
                    break;
                default:
                    faults.Unknown("/options", option.Name);
                    break;
            }
        }

        return (budget, route);
    }
}
