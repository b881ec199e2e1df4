namespace DurableRouter.Http.OpenApi;

/// <summary>What the description says about one route beyond the route table.</summary>
/// <param name="Success">Status to a schema's name in schemas.json; null for an answer without a JSON body.</param>
/// <param name="Errors">Statuses beyond 401, 403 and 500, which every guarded route has.</param>
sealed record Operation(string Summary, (int Status, string? Schema)[] Success, int[] Errors)
{
    /// <summary>A schema's name; null without a JSON body.</summary>
    public string? Body { get; init; }
    public Parameter[] Parameters { get; init; } = [];
}

/// <param name="In">query or header.</param>
/// <param name="Type">A JSON Schema type.</param>
sealed record Parameter(string Name, string In, string Type, string Description);
