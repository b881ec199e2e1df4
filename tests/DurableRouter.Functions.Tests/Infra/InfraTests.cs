namespace DurableRouter.Functions.Tests.Infra;

/// <summary>The deployment, as far as it can be checked without Azure: every check passes on what is shipped and fails on a broken copy.</summary>
public class InfraTests
{
    static readonly Dictionary<string, Func<InfraFolder, IEnumerable<string>>> Checks = new()
    {
        ["syntax"] = SyntaxCheck.Problems,
        ["parameters"] = ParameterCheck.Problems,
        ["modules"] = ModuleCheck.Problems,
        ["symbols"] = SymbolCheck.Problems,
        ["secrets"] = SecretCheck.Problems,
        ["roles"] = RoleCheck.Problems,
        ["settings"] = SettingsCheck.Problems,
    };

    static readonly (string Check, InfraChange Change, string Problem)[] Mistakes =
    [
        ("syntax", new("modules/identity.bicep", "param location string", "param location = "), "not Bicep"),
        ("syntax", new("main.bicep", "var useModels = !empty(modelDeployments)", "var useModels = !empty(modelDeployments"), "not Bicep"),
        ("parameters", new("main.parameters.json", "\"publicUrl\"", "\"publicUri\""), "no parameter publicUri"),
        ("parameters", new("main.parameters.json", "\"callerKeys\"", "\"retentionDays\""), "callerKeys has no default"),
        ("parameters", new("main.bicep", "@secure()", ""), "callerKeys isn't @secure()"),
        ("modules", new("main.bicep", "'modules/scheduler.bicep'", "'modules/schedule.bicep'"), "there is no modules/schedule.bicep"),
        ("modules", new("main.bicep", "    workspaceName: 'log-${token}'\n", ""), "needs the parameter workspaceName"),
        ("modules", new("main.bicep", "    serviceName: 'router'\n", "    service: 'router'\n"), "has no parameter service"),
        ("modules", new("main.bicep", "identity.outputs.clientId", "identity.outputs.applicationId"), "has no output applicationId"),
        ("modules", new("main.bicep", "network!.outputs.appSubnetId", "network!.outputs.subnetId"), "has no output subnetId"),
        ("symbols", new("main.bicep", "location: modelLocation", "location: modelRegion"), "modelRegion isn't declared"),
        ("symbols", new("modules/storage.bicep", "parent: blobs", "parent: blobService"), "blobService isn't declared"),
        ("symbols", new("modules/monitoring.bicep", "guid(", "uuid("), "uuid isn't declared"),
        ("symbols", new("modules/roles.bicep", "@export()", ""), "exports no roleIds"),
        ("secrets", new("modules/storage.bicep", "allowSharedKeyAccess: false", "allowSharedKeyAccess: true"), "allowSharedKeyAccess of account isn't false"),
        ("secrets", new("modules/storage.bicep", "    allowSharedKeyAccess: false\n", ""), "allowSharedKeyAccess of account isn't false"),
        ("secrets", new("modules/models.bicep", "disableLocalAuth: true", "disableLocalAuth: false"), "disableLocalAuth of account isn't true"),
        ("secrets", new("modules/monitoring.bicep", "DisableLocalAuth: true", "DisableLocalAuth: false"), "DisableLocalAuth of insights isn't true"),
        ("secrets", new("modules/storage.bicep", "= account.name", "= account.listKeys().keys[0].value"), "reads a key"),
        ("secrets", new("modules/storage.bicep", "= account.name", "= listKeys(account.id, '2024-01-01').keys[0].value"), "reads a key"),
        ("secrets", new("modules/function-app.bicep", ": runtimeBlobEndpoint", ": 'AccountName=x;AccountKey=${name}'"), "with a key"),
        ("secrets", new("modules/function-app.bicep", "output name string = app.name", "output name string = callerKeys"), "hands out a secret"),
        ("roles", new("modules/roles.bicep", "5e0bd9bd", "5e0bd9be"), "is not the built-in role cognitiveServicesOpenAIUser"),
        ("roles", new("main.bicep", "roleIds.storageQueueDataContributor, ", ""), "nobody gets the role storageQueueDataContributor"),
        ("roles", new("main.bicep", "roleIds.storageQueueDataContributor", "'974c5e8b-45b9-4653-ba55-5f855dd0fb88'"), "an identifier outside of"),
        ("roles", new("modules/models.bicep", "roleIds.cognitiveServicesOpenAIUser", "roleIds.openAIUser"), "has no openAIUser"),
        ("roles", new("modules/models.bicep", "  scope: account\n", ""), "caller needs a scope"),
        ("settings", new("modules/function-app.bicep", "  DURABLEROUTER_KEYS: callerKeys\n", ""), "DURABLEROUTER_KEYS isn't set"),
        ("settings", new("modules/function-app.bicep", "DurableRouterStorage__tableServiceUri", "DurableRouterStorage__tableUri"), "nobody reads DurableRouterStorage:tableUri"),
    ];

    static readonly Lazy<Task<IReadOnlyList<InfraFolder>>> BrokenCopies =
        new(async () => await (await InfraFolder.ShippedAsync()).WithEachAsync([.. Mistakes.Select(m => m.Change)]));

    public static TheoryData<string> CheckNames => [.. Checks.Keys];

    public static TheoryData<int, string> PlantedMistakes
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var (index, mistake) in Mistakes.Index())
            {
                data.Add(index, mistake.Problem);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(CheckNames))]
    public async Task Templates_AsShipped_PassTheCheck(string check) =>
        Assert.Empty(Checks[check](await InfraFolder.ShippedAsync()));

    [Theory]
    [MemberData(nameof(PlantedMistakes))]
    public async Task Templates_BrokenOnPurpose_FailTheCheck(int mistake, string problem)
    {
        var broken = (await BrokenCopies.Value)[mistake];

        Assert.Contains(Checks[Mistakes[mistake].Check](broken), p => p.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Mistakes_CoverEveryCheck() => Assert.Equal(Checks.Keys.Order(), Mistakes.Select(m => m.Check).Distinct().Order());
}
