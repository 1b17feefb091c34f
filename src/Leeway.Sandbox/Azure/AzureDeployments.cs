using Leeway.Sandbox.Models;

namespace Leeway.Sandbox.Azure;

/// <summary>The deployments of the one resource there is.</summary>
internal sealed class AzureDeployments
{
    private readonly Dictionary<string, (AzureDeployment Deployment, SandboxModel Model)> _byName = new(StringComparer.OrdinalIgnoreCase);

    public AzureDeployments(IEnumerable<AzureDeployment> more)
    {
        var own = ModelCatalog.All.Where(model => model.ServedBy.HasFlag(SandboxKind.OpenAI)).SelectMany(model => model.Use == ModelUse.Chat
            ? new[] { new AzureDeployment(model.Id, model.Id, "GlobalStandard"), new AzureDeployment(model.Id + "-batch", model.Id, "GlobalBatch") }
            : [new AzureDeployment(model.Id, model.Id, "GlobalStandard")]);
        foreach (var deployment in own.Concat(more))
        {
            if (ModelCatalog.Find(deployment.Model, SandboxKind.OpenAI) is { } model)
            {
                _byName[deployment.Name] = (deployment, model);
            }
        }
    }

    public IEnumerable<SandboxModel> Models => _byName.Values.Select(one => one.Model).Distinct();

    public (AzureDeployment Deployment, SandboxModel Model)? Find(string name) => _byName.TryGetValue(name, out var found) ? found : null;
}
