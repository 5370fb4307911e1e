{% if site.config.offline == "on" %}
const VERSION = "{{ version }}", OFFLINE = {{ offline }};
{% include "site/_worker.js" %}
{% else %}
// Switched off: it forgets everything, and itself.
addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith(registration.scope + " ")) await caches.delete(name);
  await registration.unregister();
})()));
addEventListener("install", () => skipWaiting());
{% endif %}
