using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DurableRouter.Functions.Http;

/// <summary>What this app can run: its pipelines and models.</summary>
public sealed class CatalogFunctions
{
    [Function("ListPipelines")]
    public IResult ListPipelines([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/pipelines")] HttpRequest request) => Routes.ListPipelines;

    [Function("GetPipeline")]
    public IResult GetPipeline([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/pipelines/{name}")] HttpRequest request) => Routes.GetPipeline;

    [Function("GetPipelineSchema")]
    public IResult GetPipelineSchema([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/pipelines/{name}/schema")] HttpRequest request) => Routes.GetPipelineSchema;

    [Function("ValidatePipeline")]
    public IResult ValidatePipeline([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/pipelines/validate")] HttpRequest request) => Routes.ValidatePipeline;

    [Function("ListModels")]
    public IResult ListModels([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/models")] HttpRequest request) => Routes.ListModels;
}
