<?php
// A WordPress of its own, in an empty database: made, filled with what stdin says (JSON), and exported
// to stdout by WordPress itself. For tests/imports/test_real_wordpress.py.
define('ABSPATH', getenv('WORDPRESS'));
foreach (['DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_HOST', 'WP_CONTENT_DIR'] as $name) {
    define($name, getenv($name));
}
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_INSTALLING', true);
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
$table_prefix = 'wp_';
$_SERVER['HTTP_HOST'] = 'desa.example';
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
require ABSPATH . 'wp-settings.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
require ABSPATH . 'wp-admin/includes/export.php';

add_filter('pre_wp_mail', '__return_true');
wp_install('Desa Dua Boccoe', 'sekretaris', 'sekretaris@desa.example', true, '', 'unused');
update_option('permalink_structure', '/%year%/%monthnum%/%day%/%postname%/');
update_option('timezone_string', 'Asia/Makassar');
$GLOBALS['wp_rewrite']->init();
wp_delete_post(1, true);
wp_delete_post(2, true);
wp_delete_post(3, true);
kses_remove_filters();

$given = json_decode(stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR);
$posts = [];
foreach ($given['posts'] as $post) {
    $labels = $post['labels'] ?? [];
    unset($post['labels']);
    $number = wp_insert_post(wp_slash($post + ['post_author' => 1]), true);
    if (is_wp_error($number)) {
        throw new RuntimeException($number->get_error_message());
    }
    wp_set_post_tags($number, $labels);
    $posts[] = $number;
}
$comments = [];
foreach ($given['comments'] as $comment) {
    $comment['comment_post_ID'] = $posts[$comment['comment_post_ID']];
    $parent = $comment['comment_parent'] ?? null;
    $comment['comment_parent'] = $parent === null ? 0 : $comments[$parent];
    $comments[] = wp_insert_comment(wp_slash($comment));
}
export_wp();
