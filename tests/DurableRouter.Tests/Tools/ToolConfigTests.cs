using DurableRouter.Core.Compilation;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Tests.Configuration;

namespace DurableRouter.Tests.Tools;

/// <summary><c>tools.yaml</c> and the steps that call tools: what is right loads, and everything else is named with file and line.</summary>
public sealed class ToolConfigTests
{
    public const string Tools = """
        hosts:
          - host: tickets.example.com
          - { host: 127.0.0.1, port: 8080, private: true }
          - { host: 10.0.0.1, port: 8080 }
        tools:
          tickets.create:
            description: Opens a ticket.
            kind: http
            url: https://tickets.example.com/api/tickets
            scope: write
            apiKeyEnv: TICKETS_KEY
            input: { type: object, required: [title], properties: { title: { type: string, minLength: 3 }, amount: { type: number } }, additionalProperties: false }
            output: { type: object, required: [id], properties: { id: { type: string } }, additionalProperties: false }
            timeout: 10s
            retries: { attempts: 4, firstDelay: 2s, maxDelay: 20s, retryAfterCap: 40s }
            costUsd: 0.002
          tickets.find:
            description: Finds tickets.
            kind: http
            method: GET
            url: http://127.0.0.1:8080/search
            scope: read
            input: { type: object, required: [words], properties: { words: { type: string } }, additionalProperties: false }
            output: { type: object, required: [count], properties: { count: { type: integer } }, additionalProperties: false }

        """;

    public const string Pipeline = """
        name: tickets
        family: letters
        input: { type: object, required: [text], properties: { text: { type: string }, amount: { type: number } } }
        steps:
          - id: sort
            kind: classify
            input: { text: input.text }
            labels: [praise, complaint]
            riskRules: [{ tag: legal, contains: [sue] }]
          - id: find
            kind: tool
            needs: [sort]
            tool: tickets.find
            input: { words: { from: input.text, head: 50 } }
          - id: file
            kind: tool
            needs: [find]
            tool: tickets.create
            scope: write
            when: { of: find.count, below: 1 }
            input: { title: input.text, amount: input.amount }
            approval: { when: [{ toolScope: write }, { risk: legal }], group: staff, timeout: 1h }
        result: file

        """;

    [Fact]
    public void Load_ToolsAndTheirSteps_ReadsWhatTheFilesSay()
    {
        var config = Load().GetOrThrow();

        var (create, find) = (config.Tools[0], config.Tools[1]);
        Assert.Equal(("tickets.create", ToolScope.Write, "POST", "https://tickets.example.com/api/tickets", "TICKETS_KEY", TimeSpan.FromSeconds(10), 0.002m, false),
            (create.Name, create.Scope, create.Method, create.Url.AbsoluteUri, create.ApiKeyEnv, create.Timeout, create.CostUsd, create.Private));
        Assert.Equal((4, 2.0, 20.0, 40.0), (create.Retries.Attempts, create.Retries.FirstDelay.TotalSeconds, create.Retries.MaxDelay.TotalSeconds, create.Retries.RetryAfterCap.TotalSeconds));
        Assert.Equal((ToolScope.Read, "GET", true, 3, 0m), (find.Scope, find.Method, find.Private, find.Retries.Attempts, find.CostUsd));
        var file = config.Pipelines["tickets"].Step("file");
        Assert.Equal((StepKind.Tool, "tickets.create", ToolScope.Write, null), (file.Kind, file.Tool, file.Scope, file.Unattended));
        Assert.Equal(ToolScope.Write, file.Approval!.When[0].ToolScope);
    }

    [Fact]
    public void Pin_HoldsTheToolsThatThePipelineNames_AndNoOthers()
    {
        var config = Load().GetOrThrow();

        var letters = CompiledDefinition.Pin(config.Pipelines["letters"], config.Catalog, config.Routing, config.Tools);
        var tickets = CompiledDefinition.Pin(config.Pipelines["tickets"], config.Catalog, config.Routing, config.Tools);
        var dearer = CompiledDefinition.Pin(config.Pipelines["tickets"], config.Catalog, config.Routing,
            [.. config.Tools.Select(t => t with { CostUsd = 1 })]);

        Assert.Null(letters.Definition.Tools);
        Assert.Equal(letters.Sha256, CompiledDefinition.Pin(config.Pipelines["letters"], config.Catalog, config.Routing).Sha256);
        Assert.Equal(["tickets.create", "tickets.find"], tickets.Definition.Tools!.Select(t => t.Name));
        Assert.NotEqual(tickets.Sha256, dearer.Sha256);
        Assert.Equal(tickets.Sha256, new CompiledDefinition(tickets.Sha256, System.Text.Json.JsonSerializer.Deserialize(
            DefinitionJson.Write(tickets.Definition), CoreJson.Default.RunDefinition)!).Sha256);
    }

    [Fact]
    public void CheckCredentials_MissingVariable_NamesToolPlaceAndVariable()
    {
        var config = Load().GetOrThrow();
        using var clients = new Core.Models.ChatClientFactory(_ => "sk-key", TimeProvider.System);

        var refused = Assert.Throws<DurableRouterException>(() => HostConfig.CheckCredentials(config, "conf", clients, _ => null));

        Assert.Equal(ErrorCodes.KeyMissing, refused.Code);
        Assert.Equal($"{Path.Combine("conf", "tools.yaml:6")}: tool tickets.create needs its key in the environment variable TICKETS_KEY, which is not set. Set it: export TICKETS_KEY=...", refused.Message);
        HostConfig.CheckCredentials(config, "conf", clients, _ => "a key");
    }

    public static TheoryData<string, string, string> ToolFaults => new()
    {
        { "scope: write", "scop: write", "6: tool 'tickets.create' has no 'scope'|10: unknown key 'scop' in tool 'tickets.create'; did you mean 'scope'?" },
        { "scope: write", "scope: writing", "10: scope of tool 'tickets.create' is 'writing'; allowed: read, write" },
        { "    kind: http\n    method", "    kind: grpc\n    method", "19: kind of tool 'tickets.find' is 'grpc'; allowed: http" },
        { "    timeout: 10s", "    headers: { X: y }", "14: 'headers' in tool 'tickets.create': what goes out is the method, the address, the input and the key of 'apiKeyEnv'" },
        { "apiKeyEnv: TICKETS_KEY", "apiKey: sk-live-1", "11: 'apiKey' in tool 'tickets.create': a key never stands in a file; name the environment variable that holds it with 'apiKeyEnv'" },
        { "apiKeyEnv: TICKETS_KEY", "apiKeyEnv: sk-live-1", "11: apiKeyEnv of tool 'tickets.create' is not the name of an environment variable; allowed: letters, digits and _, not starting with a digit" },
        { "https://tickets.example.com/api", "https://elsewhere.example.com/api", "9: url of tool 'tickets.create' leads to https://elsewhere.example.com:443, which 'hosts' doesn't allow; an entry there has host, port (default 443) and 'private: true' for http:// and addresses of the own network" },
        { "https://tickets.example.com/api", "http://tickets.example.com:443/api", "9: url of tool 'tickets.create' leads to http://tickets.example.com:443, which 'hosts' doesn't allow; an entry there has host, port (default 443) and 'private: true' for http:// and addresses of the own network" },
        { "https://tickets.example.com/api", "https://10.0.0.1:8080/api", "9: url of tool 'tickets.create' leads to 10.0.0.1, which may not be connected to; 'private: true' of its entry in 'hosts' allows addresses of the own network" },
        { "https://tickets.example.com/api", "ftp://tickets.example.com/api", "9: url of tool 'tickets.create' can't be used; allowed: an https:// address without user or fragment" },
        { "https://tickets.example.com/api", "https://me:pw@tickets.example.com/api", "9: url of tool 'tickets.create' can't be used; allowed: an https:// address without user or fragment" },
        { "127.0.0.1", "169.254.169.254", "21: url of tool 'tickets.find' leads to 169.254.169.254, which may not be connected to" },
        { "method: GET", "method: DELETE", "20: method of tool 'tickets.find' is DELETE, which changes what it names; its scope is 'read'" },
        { "    scope: write\n", "    scope: write\n    method: GET\n", "11: method of tool 'tickets.create' is GET, which caches and crawlers may repeat; a tool with scope 'write' takes another" },
        { "words: { type: string }", "words: { type: array, items: { type: string } }", "23: input of tool 'tickets.find' has 'words', a list or an object; a GET carries its input in the query, which takes texts, numbers and booleans" },
        { "minLength: 3", "patternProperties: {}", "12: input of tool 'tickets.create' at /properties/title" },
        { "firstDelay: 2s", "firstDelay: 2m", "15: retries of tool 'tickets.create': firstDelay is longer than maxDelay" },
        { "costUsd: 0.002", "costUsd: -1", "16: costUsd of tool 'tickets.create' is -1; allowed: 0 to 1000000 US dollars" },
        { "tickets.create:", "Tickets/create:", "6: tool 'Tickets/create': a tool's name may hold a to z, 0 to 9, - and ., at most 63, starting with a letter or digit" },
        { "hosts:\n", "host:\n", "1: the file needs one of 'hosts' at least|1: unknown key 'host' in the file; did you mean 'hosts'?; allowed: hosts, tools" },
    };

    [Theory]
    [MemberData(nameof(ToolFaults))]
    public void ToolsFile_OneFault_IsNamedWithItsLine(string old, string changed, string problems)
    {
        var result = Load(tools: Changed(Tools, old, changed));

        Assert.Null(result.Config);
        AssertProblems("tools.yaml", problems, result);
    }

    public static TheoryData<string, string, string> StepFaults => new()
    {
        { "tool: tickets.find", "tool: tickets.fnd", "13: tool of step 'find' is 'tickets.fnd', which tools.yaml doesn't declare; did you mean 'tickets.find'?; allowed: tickets.create, tickets.find" },
        { "    scope: write\n", "", "18: step 'file' has the scope 'read', and tool 'tickets.create' writes; say 'scope: write'|21: toolScope of a trigger of approval of step 'file' is 'write', and the step's scope is 'read': it would never hold" },
        { "tool: tickets.find\n", "tool: tickets.find\n    scope: write\n    unattended: true\n", "14: step 'find' has the scope 'write', and tool 'tickets.find' only reads; leave 'scope' away" },
        { "tool: tickets.find\n", "tool: tickets.find\n    unattended: true\n", "14: 'unattended' in step 'find': only a step with 'scope: write' takes it" },
        { "    approval: { when: [{ toolScope: write }, { risk: legal }], group: staff, timeout: 1h }\n", "", "15: step 'file' writes, and nobody is asked before; let an approval" },
        { "{ toolScope: write }, { risk: legal }", "{ risk: legal }", "22: step 'file' writes, and its approval lets some calls pass; let an approval" },
        { "{ toolScope: write }, { risk: legal }", "{ all: [{ toolScope: write }, { risk: legal }] }", "22: step 'file' writes, and its approval lets some calls pass; let an approval" },
        { "timeout: 1h }", "timeout: 1h, onTimeout: approve }", "22: step 'file' writes, and its approval lets the call pass when nobody decides; let an approval" },
        { "    scope: write\n", "    scope: write\n    unattended: true\n", "20: step 'file' says 'unattended', and its approval stops every call; keep one of them" },
        { "{ risk: legal }]", "{ confidence: { of: id, below: 1 } }]", "22: 'confidence' in a trigger of approval of step 'file': a tool step asks before its call and has no answer by then" },
        { "{ risk: legal }]", "{ risk: legl }]", "22: risk tag 'legl' is declared nowhere; did you mean 'legal'?" },
        { "title: input.text, ", "", "21: input of step 'file' has no 'title', which tool 'tickets.create' requires" },
        { "amount: input.amount", "amout: input.amount", "21: input of step 'file' refers to the field 'amout', which the schema doesn't have; did you mean 'amount'?" },
        { "amount: input.amount", "amount: input.text", "21: field 'amount' of input of step 'file' is 'input.text', of type string, which is not the type of the tool's input" },
        { "title: input.text,", "title: { value: no },", "21: field 'title' of input of step 'file' doesn't match the tool's input" },
        { "title: input.text,", "title: { from: input.text, media: image },", "21: field 'title' of input of step 'file': a tool takes no media" },
        { "    scope: write\n", "    scope: write\n    instructions: Do it.\n", "20: 'instructions' in step 'file': a tool step asks no model" },
        { "    scope: write\n", "    scope: write\n    output: { type: object }\n", "20: 'output' in step 'file': the tool has one in tools.yaml" },
        { "    labels: [praise", "    tool: tickets.find\n    labels: [praise", "8: 'tool' in step 'sort': only a tool step takes it" },
        { "when: { of: find.count, below: 1 }", "when: { of: find.id, below: 1 }", "20: 'of' in when of step 'file' refers to the field 'id', which the schema doesn't have; allowed: count" },
        { "result: file", "  - id: check\n    kind: verify\n    needs: [file]\n    input: { claims: file }\n    maxRevisions: 1\nresult: file", "23: step 'check' sends work back to 'file', and a tool has nothing to revise" },
        { "result: file", "  - id: check\n    kind: verify\n    needs: [file]\n    revises: sort\n    input: { claims: file }\n    maxRevisions: 1\nresult: file", "15: step 'file' writes before step 'check' has checked what it writes, and would write again after each revision" },
    };

    [Theory]
    [MemberData(nameof(StepFaults))]
    public void Step_OneFault_IsNamedWithItsLine(string old, string changed, string problems)
    {
        var result = Load(pipeline: Changed(Pipeline, old, changed));

        Assert.Null(result.Config);
        AssertProblems("pipelines/tickets.yaml", problems, result);
    }

    [Fact]
    public void Step_WithoutToolsFile_SaysSo() => AssertProblems("pipelines/tickets.yaml",
        "13: tool of step 'find' is 'tickets.find', which nothing declares: there is no tools.yaml|18: tool of step 'file' is 'tickets.create', which nothing declares: there is no tools.yaml",
        TemporaryConfig.Load(("pipelines/tickets.yaml", Pipeline)));

    [Theory]
    [InlineData("    scope: write\n", "    scope: write\n    unattended: true\n", "    approval: { when: [{ toolScope: write }, { risk: legal }], group: staff, timeout: 1h }\n", "")]
    [InlineData("    scope: write\n", "    scope: write\n    unattended: true\n", "{ toolScope: write }, { risk: legal }", "{ risk: legal }")]
    [InlineData("    scope: write\n", "    scope: write\n    unattended: true\n", "timeout: 1h }", "timeout: 1h, onTimeout: approve }")]
    [InlineData("when: [{ toolScope: write }, { risk: legal }], ", "", "tool: tickets.find\n", "tool: tickets.find\n    approval: { when: [{ toolScope: read }], group: staff, timeout: 1h }\n")]
    public void Step_WhatTheOperatorSaysInWords_Loads(string old, string changed, string other, string otherChanged) =>
        Assert.Empty(Load(pipeline: Changed(Changed(Pipeline, old, changed), other, otherChanged)).Problems.Select(p => p.ToString()));

    [Fact]
    public void Retries_OfATool_AreItsOwnDefault() => Assert.Equal(new ModelRetries { Attempts = 3 }, Load().GetOrThrow().Tools[1].Retries);

    static ConfigLoadResult Load(string tools = Tools, string pipeline = Pipeline) => TemporaryConfig.Load(("tools.yaml", tools), ("pipelines/tickets.yaml", pipeline));

    static string Changed(string text, string old, string changed)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, changed, StringComparison.Ordinal);
    }

    /// <param name="problems">The beginnings of all problems of the file, by line.</param>
    static void AssertProblems(string file, string problems, ConfigLoadResult result)
    {
        var found = result.Problems.Where(p => p.File == file).Select(p => p.ToString()).ToList();
        var expected = problems.Split('|').Select(p => $"{file}:{p}").ToList();
        Assert.True(expected.Count == found.Count && expected.Zip(found).All(pair => pair.Second.StartsWith(pair.First, StringComparison.Ordinal)),
            string.Join('\n', [.. expected, "but:", .. found]));
    }
}
