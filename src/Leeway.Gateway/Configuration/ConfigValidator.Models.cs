using System.Text.RegularExpressions;
using Leeway.Delivery;
using Leeway.Gateway.Configuration.Reading;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Gateway.Configuration;

internal sealed partial class ConfigValidator
{
    private void CheckProviders()
    {
        foreach ((string name, ProviderConfig provider) in config.Providers)
        {
            string path = ConfigPath.Child("providers", name);
            if (!ProviderName().IsMatch(name))
            {
                Error([path], "a provider's name is lower-case letters, digits, - and _", "rename it, such as openai or gpu-farm");
            }

            bool kindIsKnown = IsWritten($"{path}.kind");
            if (kindIsKnown)
            {
                KindTraits traits = provider.Traits;
                bool signs = provider.Credentials.Entra;
                Needs(traits.NeedsKey && !signs, provider.ApiKey, path, "api_key", $"${{env:{traits.KeyVariable}}}");
                Needs(traits.PublicUrl is null, provider.BaseUrl, path, "base_url", traits.ExampleUrl);
                Needs(traits.NeedsRegion && provider.BaseUrl is null, provider.Region, path, "region", "us-east-1");
                Needs(traits.NeedsProject, provider.Project, path, "project", "my-project");
            }

            CheckWebhookSecret($"{path}.webhook_secret", provider.WebhookSecret);
            CheckWebhookSecret($"{path}.old_webhook_secret", provider.OldWebhookSecret);
            ProviderTimeouts timeouts = provider.Timeouts;
            Least($"{path}.timeouts.connect", timeouts.Connect, $"{path}.timeouts.total", timeouts.Total);
            Least($"{path}.timeouts.first_byte", timeouts.FirstByte, $"{path}.timeouts.total", timeouts.Total);
            Least($"{path}.timeouts.idle", timeouts.Idle, $"{path}.timeouts.total", timeouts.Total);
            Least($"{path}.retries.backoff.initial", provider.Retries.Backoff.Initial, $"{path}.retries.backoff.max", provider.Retries.Backoff.Max);
        }
    }

    private void CheckWebhookSecret(string path, Secret? secret)
    {
        try
        {
            _ = secret is null ? null : WebhookSignature.InStandardForm(secret.Reveal());
        }
        catch (FormatException)
        {
            Error([path], "is not whsec_ and base64", "copy the whole secret as the vendor shows it");
        }
    }

    private void Needs(bool needed, object? value, string path, string field, string example)
    {
        if (needed && value is null && !IsWritten($"{path}.{field}"))
        {
            Error([$"{path}.{field}", path], $"{field} is missing", $"write {field}: {example}");
        }
    }

    private void CheckModels()
    {
        foreach ((string name, ModelConfig model) in config.Models)
        {
            string path = ConfigPath.Child("models", name);
            if (name.Length is 0 or > 200 || name.Any(char.IsControl) || name.Trim() != name)
            {
                Error([path], "a model's name is 1 to 200 characters without control characters or spaces at its edges");
            }

            if (model.Deployments.Count == 0 && IsWritten($"{path}.deployments"))
            {
                Error([$"{path}.deployments", path], "is empty", "write deployments: [ { provider: openai } ]");
            }

            CheckPrice($"{path}.price", model.Price);
            for (int i = 0; i < model.Deployments.Count; i++)
            {
                string deployment = ConfigPath.Item($"{path}.deployments", i);
                string provider = model.Deployments[i].Provider;
                if (provider.Length > 0 && !IsProvider(provider))
                {
                    Error([$"{deployment}.provider"], $"unknown provider '{ConfigPath.Visible(provider)}'", NearestName.Hint(provider, [.. config.Providers.Keys]));
                }

                CheckPrice($"{deployment}.price", model.Deployments[i].Price);
            }

            CheckFallbacks(name, model, path);
        }
    }

    /// <summary>A provider that was written but could not be bound is not unknown.</summary>
    private bool IsProvider(string name) => config.Providers.ContainsKey(name) || IsWritten(ConfigPath.Child("providers", name));

    private void CheckFallbacks(string name, ModelConfig model, string path)
    {
        for (int i = 0; i < model.Fallbacks.Count; i++)
        {
            string fallback = model.Fallbacks[i];
            string at = ConfigPath.Item($"{path}.fallbacks", i);
            if (!config.Models.ContainsKey(fallback))
            {
                if (!IsWritten(ConfigPath.Child("models", fallback)))
                {
                    Error([at], $"unknown model '{ConfigPath.Visible(fallback)}'", NearestName.Hint(fallback, [.. config.Models.Keys]));
                }
            }
            else if (Chain(fallback, name) is { } chain)
            {
                Error([at], $"the fallbacks go round in a circle: {string.Join(" → ", chain.Prepend(name).Select(ConfigPath.Visible))}", "remove one of them");
            }
        }
    }

    /// <summary>The names from one model to another by fallbacks; null when there is no way.</summary>
    private List<string>? Chain(string from, string to)
    {
        Dictionary<string, string?> cameFrom = new() { [from] = null };
        Queue<string> open = new([from]);
        while (open.TryDequeue(out string? name))
        {
            if (name == to)
            {
                List<string> chain = [];
                for (string? step = name; step is not null; step = cameFrom[step])
                {
                    chain.Insert(0, step);
                }

                return chain;
            }

            foreach (string next in config.Models.TryGetValue(name, out ModelConfig? model) ? model.Fallbacks : [])
            {
                if (cameFrom.TryAdd(next, name))
                {
                    open.Enqueue(next);
                }
            }
        }

        return null;
    }

    private void CheckPrice(string path, PriceConfig? price)
    {
        if (price?.OffPeak is { } hours)
        {
            if (hours.Windows.Count == 0 && IsWritten($"{path}.off_peak.window"))
            {
                Error([$"{path}.off_peak.window"], "is empty, so the price would never hold", "write window: { from: \"00:30\", to: \"08:30\", tz: UTC }");
            }

            CheckWindows($"{path}.off_peak.window", hours.Windows, "write two different times");
        }

        // Without both, a cost could only be guessed.
        if (price is not null && (price.Input is null || price.Output is null))
        {
            string missing = price.Input is null ? "input" : "output";
            if (!IsWritten($"{path}.{missing}"))
            {
                Error([$"{path}.{missing}", path], $"{missing} is missing: a price has at least input and output", "write USD per million tokens, such as \"2.50\"");
            }
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,63}$")]
    private static partial Regex ProviderName();
}
