using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Leeway.Delivery.Mail;

/// <summary>Registers the mail channel.</summary>
public static class MailServiceCollectionExtensions
{
    /// <summary>Adds mail to the channels of delivery. Needs <see cref="IMailStore"/> and <see cref="IMailSender"/>.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services) => services
        .AddSingleton<MailComposer>()
        .AddSingleton<MailChannel>()
        .AddSingleton<IDeliveryChannel>(provider => provider.GetRequiredService<MailChannel>())
        .AddSingleton<MailRegistry>()
        .AddSingleton<MailAgenda>()
        .AddSingleton<MailLoop>()
        .AddSingleton<IHostedService>(provider => provider.GetRequiredService<MailLoop>());
}
